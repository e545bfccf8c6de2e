package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.error.InUseException;
import dev.layerfs.spi.MountBackend;
import dev.layerfs.spi.MountBackend.ImageFiles;
import dev.layerfs.spi.MountBackend.Mounted;
import dev.layerfs.union.ImageExtractor;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

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
  ImageFiles files(StoredImage image) {
    return new ImageFiles(
        paths.tree(image.chainId()),
        image.diffIds().stream().map(paths::layerFile).toList());
  }

  /** Returns where an image is mounted, if it is. */
  Path mountPoint(StoredImage image) {
    return paths.mount(image.chainId());
  }

  /**
   * Mounts an image, unless it is; the caller has the store's lock until a container's mount uses it.
   *
   * @return whether it is mounted; false if this kernel or this process can't
   */
  boolean mount(StoredImage image, MountBackend backend) throws IOException {
    Path target = mountPoint(image);
    if (isMounted(target, backend.mounted())) {
      return true;
    }
    io.mkdirIfMissing(target); // somebody may not have come to the mount
    return backend.mountImage(files(image), target);
  }

  private static boolean isMounted(Path target, List<Mounted> table) throws IOException {
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Path real = target.toRealPath();
    return table.stream().anyMatch(mounted -> mounted.target().equals(real));
  }

  /**
   * Returns the directory with everything that is in an image, made if there is none.
   *
   * @param image the image
   * @param open the same image, open
   */
  Path extracted(StoredImage image, ErofsImage open) throws IOException {
    Path extracted = paths.extracted(image.chainId());
    Path root = extracted.resolve(ImageExtractor.ROOT);
    if (Files.exists(extracted, LinkOption.NOFOLLOW_LINKS)) {
      return root;
    }
    Path staged = session.newPath();
    try {
      io.mkdir(staged);
      ImageExtractor.extract(open, staged);
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
    for (Path target : StoreFiles.list(paths.mounts())) {
      List<Mounted> table = backend.mounted();
      Path real = target.toRealPath();
      if (table.stream().noneMatch(mounted -> mounted.lowers().contains(real))) {
        unmount(target, isMounted(target, table), backend);
      }
    }
  }

  private void unmount(Path target, boolean mounted, MountBackend backend) throws IOException {
    try {
      if (mounted) {
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
