package dev.layerfs.overlay;

import dev.layerfs.spi.MountBackend.Union;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of overlayfs that decide what an upper looks like. Each is given explicitly, since distributions build
 * kernels with other defaults: an upper that was used with {@code index} or {@code metacopy} on is one that not everybody
 * can read.
 */
enum OverlayOption {
  /** Ties an upper to the inodes of its lower layers, which are others on another machine. */
  INDEX("index", "off", "an upper is not tied to the inodes of its image"),
  /** Leaves a file's content in a lower layer when only its attributes change. */
  METACOPY("metacopy", "off", "a file in an upper has its content there"),
  /** Needs {@link #INDEX}. */
  NFS_EXPORT("nfs_export", "off", "needs index, so a mount can't be exported by NFS"),
  /** Marks an upper with an id of its mount. */
  UUID("uuid", "null", "no mark is left on an upper"),
  /** Makes inode numbers stay when a file is copied up, where there is room for it. */
  XINO("xino", "auto", "inode numbers are constant and belong to one device, where they have room"),
  /** Lets directories of the image be renamed. */
  REDIRECT_DIR("redirect_dir", "on", "directories of the image can be renamed"),
  /** Keeps marks in {@code user.overlay.*}, which is all that a user namespace may write. */
  USERXATTR("userxattr", "", "marks that a process without privileges can read and write"),
  /** Never syncs anything. */
  VOLATILE("volatile", "", "containers that need not survive power loss are faster");

  private final String key;
  private final String value;
  private final String use;

  OverlayOption(String key, String value, String use) {
    this.key = key;
    this.value = value;
    this.use = use;
  }

  /** Returns what the kernel calls it. */
  String key() {
    return key;
  }

  /** Says what it is for. */
  String use() {
    return use;
  }

  /** Returns it as {@code mount(8)} takes it. */
  String text() {
    return value.isEmpty() ? key : key + "=" + value;
  }

  /** Gives it to a context. */
  void set(FsContext context) throws KernelError {
    if (value.isEmpty()) {
      context.flag(key);
    } else {
      context.string(key, value);
    }
  }

  /** Returns the options of a union, as far as a kernel knows them. */
  static List<OverlayOption> of(Union union, KernelFeatures features) {
    List<OverlayOption> options = new ArrayList<>();
    for (OverlayOption option : values()) {
      if (features.has(option) && option.isWanted(union)) {
        options.add(option);
      }
    }
    return options;
  }

  private boolean isWanted(Union union) {
    return switch (this) {
      case REDIRECT_DIR -> !union.userMarks(); // the kernel refuses both
      case USERXATTR -> union.userMarks();
      case VOLATILE -> !union.sync();
      default -> true;
    };
  }
}
