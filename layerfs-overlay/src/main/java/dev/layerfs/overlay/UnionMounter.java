package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.MountBackend.Union;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Mounts unions, in the newest of the ways that overlayfs has learned to be told its layers. */
final class UnionMounter {
  private final MountCalls calls;
  private final KernelFeatures features;

  UnionMounter(MountCalls calls, KernelFeatures features) {
    this.calls = calls;
    this.features = features;
  }

  /** Mounts a union, as {@link dev.layerfs.spi.MountBackend#mountUnion} says. */
  void mount(Union union, MountTarget target) throws IOException {
    if (union.userMarks() && !features.has(OverlayOption.USERXATTR)) {
      throw new PosixException(
          Errno.ENOTSUP, "overlayfs of this kernel has no option userxattr; Linux 5.11 has it");
    }
    if (features.byDescriptor() || features.oneByOne() && isShort(union)) {
      mountPrepared(union, target);
    } else {
      mountAtOnce(union, target);
    }
  }

  private static boolean isShort(Union union) {
    return union.lowers().stream()
            .allMatch(lower -> RawPath.of(lower).bytes().length <= FsContext.MAX_VALUE)
        && OptionText.escape(union.upper()).bytes().length <= FsContext.MAX_VALUE
        && OptionText.escape(union.work()).bytes().length <= FsContext.MAX_VALUE;
  }

  private void mountPrepared(Union union, MountTarget target) throws IOException {
    try (FsContext context = FsContext.open(calls, "overlay", target.name())) {
      context.string("source", union.source());
      for (Path lower : union.lowers()) {
        add(context, "lowerdir+", lower);
      }
      add(context, "upperdir", union.upper());
      add(context, "workdir", union.work());
      for (OverlayOption option : OverlayOption.of(union, features)) {
        option.set(context);
      }
      context.create();
      try (Descriptor mount = context.mount(0)) {
        if (!isWritable(Path.of(mount.path()))) {
          throw readOnly(target);
        }
        target.attach(mount);
      }
    }
  }

  /** A descriptor needs no escapes and has no limit; of texts, {@code lowerdir+} alone is taken as it is. */
  private void add(FsContext context, String key, Path directory) throws KernelError {
    RawPath path = RawPath.of(directory);
    if (features.byDescriptor()) {
      try (Descriptor opened = Descriptor.of(calls, path)) {
        context.descriptor(key, opened);
      }
    } else {
      context.string(key, key.equals("lowerdir+") ? path : OptionText.escape(directory));
    }
  }

  /** A union whose work directory can't be used is not refused by the kernel: it shows it read-only, and says so in its log. */
  private static boolean isWritable(Path mount) {
    return Files.isWritable(mount);
  }

  private static PosixException readOnly(MountTarget target) {
    return new PosixException(
        Errno.EROFS,
        target.name()
            + ": overlayfs can't use the work directory and would mount it read-only; dmesg says why");
  }

  /** {@code mount(2)} takes everything as one text of less than a page. */
  private void mountAtOnce(Union union, MountTarget target) throws IOException {
    RawPath options = OptionText.join(OptionText.of(union, features));
    if (options.bytes().length > OptionText.MAX_LENGTH) {
      throw new PosixException(
          Errno.E2BIG,
          target.name() + ": the options of the mount have " + options.bytes().length
              + " bytes and this kernel takes " + OptionText.MAX_LENGTH
              + "; Linux 6.13 has no such limit, and a store with a shorter path needs less");
    }
    calls.mount(union.source(), target.path(), "overlay", options, target.name());
    if (!isWritable(target.named().toPath())) {
      calls.umount(target.named(), MountCalls.UMOUNT_NOFOLLOW);
      throw readOnly(target);
    }
  }
}
