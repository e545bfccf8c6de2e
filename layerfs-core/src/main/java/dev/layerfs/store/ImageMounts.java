package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.spi.MountBackend.ImageFiles;
import dev.layerfs.union.ImageExtractor;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Images as directories that an overlay can have as its lowest layer: one mount for all containers of an image, or, where a
 * kernel can't mount the files, one directory with a copy of everything. The mount table counts who uses a mount; who takes
 * the last container away, takes the image's mount away.
 */
final class ImageMounts {
  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;

  ImageMounts(Session session) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
  }

  /** Returns an image's files, as its mount needs them. */
  ImageFiles files(OpenImages.Use image) {
    return new ImageFiles(
        paths.tree(image.chainId()),
        image.diffIds().stream().map(paths::layerFile).toList());
  }

  /** Returns where an image is mounted, if it is. */
  Path mountPoint(OpenImages.Use image) {
    return paths.mount(image.chainId());
  }

  /**
   * Mounts an image, unless it is; the caller has the store's lock until a container's mount uses it.
   *
   * @return whether it is mounted; false if this kernel or this process can't
   */
  boolean mount(OpenImages.Use image, MountBackend backend) throws IOException {
    Path target = mountPoint(image);
    if (isMounted(target)) {
      return true;
    }
    io.mkdirIfMissing(target); // somebody may not have come to the mount
    return backend.mountImage(files(image), target);
  }

  /** An image that is mounted is another file system than the directory that it is mounted in. */
  private boolean isMounted(Path target) throws IOException {
    try {
      return !device(target).equals(device(paths.mounts()));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static Object device(Path file) throws IOException {
    return Files.getAttribute(file, "unix:dev", LinkOption.NOFOLLOW_LINKS);
  }

  /** Returns the directory with everything that is in an image, made if there is none. */
  Path extracted(OpenImages.Use image) throws IOException {
    Path extracted = paths.extracted(image.chainId());
    Path root = extracted.resolve(ImageExtractor.ROOT);
    if (Files.exists(extracted, LinkOption.NOFOLLOW_LINKS)) {
      return root;
    }
    Path staged = session.newPath();
    try {
      io.mkdir(staged);
      ImageExtractor.extract(image.image(), staged);
      io.syncDirectory(staged);
      io.rename(staged, extracted);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      return root; // somebody else was faster
    } finally {
      session.discard(staged);
    }
    io.syncDirectory(paths.extracted());
    return root;
  }

  /** Unmounts images that no overlay uses. The caller has the store's lock. */
  void unmountUnused(MountBackend backend) throws IOException {
    List<Path> targets = StoreFiles.list(paths.mounts());
    if (!targets.isEmpty()) {
      Set<Path> used = new HashSet<>();
      backend.mounted().forEach(mounted -> used.addAll(mounted.lowers()));
      Path real = paths.mounts().toRealPath();
      for (Path target : targets) {
        if (!used.contains(real.resolve(target.getFileName()))) {
          unmount(target, backend);
        }
      }
    }
  }

  private void unmount(Path target, MountBackend backend) throws IOException {
    try {
      if (isMounted(target)) {
        backend.unmount(target, false);
      }
      io.unlink(target);
    } catch (InUseException e) {
      System.getLogger(ImageMounts.class.getName())
          .log(System.Logger.Level.DEBUG, "an image stays mounted: {0}", e.getMessage());
    } catch (NoSuchFileException e) {
      // somebody else was faster
    }
  }
}
