package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.spi.MountBackend.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Mounts images from their EROFS files (Linux 6.12), without loop devices: the tree is what is mounted, and the layers are its
 * devices.
 *
 * <p>The kernel reads files on file systems that keep them in blocks, as ext4, xfs and btrfs do, but no tree on tmpfs or on an
 * overlay. It mounts no EROFS at all for a user namespace.
 */
final class ImageMounter {
  /**
   * An image's own mount is there to be a lower layer. Overlayfs asks only its own mount for these, so containers have their
   * set-id programs and devices; and who wanders into the store's directory can't use those of an image, which may be anyone's.
   */
  private static final long ATTRIBUTES = MountAttributes.RDONLY
      | MountAttributes.NOSUID
      | MountAttributes.NODEV
      | MountAttributes.NOEXEC;

  private final MountCalls calls;

  ImageMounter(MountCalls calls) {
    this.calls = calls;
  }

  /** Tells whether the kernel mounts images from files in the directory for temporary files. */
  boolean mountsImages() throws IOException {
    Path file = TinyImage.write();
    try {
      return mounts(new ImageFiles(file, List.of()));
    } finally {
      Files.delete(file);
    }
  }

  /** Tells whether the kernel mounts an image; it is opened and left. */
  boolean mounts(ImageFiles image) throws IOException {
    Optional<Descriptor> mount = open(image);
    if (mount.isPresent()) {
      mount.get().close();
    }
    return mount.isPresent();
  }

  /** Mounts an image, as {@link dev.layerfs.spi.MountBackend#mountImage} says. */
  boolean mount(ImageFiles image, MountTarget target) throws IOException {
    Optional<Descriptor> mount = open(image);
    if (mount.isPresent()) {
      try (Descriptor detached = mount.get()) {
        target.attach(detached);
      }
    }
    return mount.isPresent();
  }

  /** Makes a mount that is attached nowhere; nothing if this kernel or this process can't. */
  private Optional<Descriptor> open(ImageFiles image) throws IOException {
    String subject = image.tree().toString();
    try (ShortNames names = new ShortNames(calls);
        FsContext context = FsContext.open(calls, "erofs", subject)) {
      context.string("source", names.of(RawPath.of(image.tree())));
      if (!addDevices(context, names, image.layers())) {
        return Optional.empty();
      }
      context.flag("ro");
      context.create();
      return Optional.of(context.mount(ATTRIBUTES));
    } catch (KernelError e) {
      if (isIncapable(e)) {
        return Optional.empty();
      }
      throw e.is(Errno.ENOENT) ? missing(image, e) : e;
    }
  }

  /** The kernel opens all files at once and does not say which is not there. */
  private static IOException missing(ImageFiles image, KernelError error) {
    for (Path file : image.layers()) {
      if (Files.notExists(file)) {
        NoSuchFileException named = new NoSuchFileException(file.toString());
        named.initCause(error);
        return named;
      }
    }
    return error;
  }

  /**
   * Names the layers, each of which takes the next number.
   *
   * @return false if the kernel has no such parameter
   */
  private static boolean addDevices(FsContext context, ShortNames names, List<Path> layers)
      throws KernelError {
    for (Path layer : layers) {
      RawPath name = names.of(RawPath.of(layer));
      try {
        context.string("device", name);
      } catch (KernelError e) {
        if (e.is(Errno.EINVAL)) {
          return false;
        }
        throw e;
      }
    }
    return true;
  }

  /**
   * No EROFS, none from files (ENOTBLK: neither is the file a block device), or none for this process. Files that can't be
   * opened and images that are damaged have other errors.
   */
  private static boolean isIncapable(KernelError error) {
    return error.errno() == KernelError.ENODEV
        || error.errno() == KernelError.ENOTBLK
        || error.is(Errno.EPERM);
  }
}
