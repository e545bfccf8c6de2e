package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What others leave in an upper's work directory who have written to the upper in ways that are not read here. */
final class ForeignWork {
  private ForeignWork() {}

  /**
   * Refuses an upper as a whole.
   *
   * @param work its work directory
   * @throws PosixException {@link Errno#EIO} if it has something that says so
   */
  static void refuse(Path work) throws IOException {
    Path kernels = work.resolve("work");
    refuse(kernels.resolve("incompat"), "work/incompat");
    refuse(work.resolve("index"), "an index");
    refuseOtherWriters(kernels);
  }

  private static void refuse(Path directory, String what) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!SparseFiles.isOwn(entry)) {
          throw new PosixException(
              Errno.EIO, what + ": the upper was mounted with options that are not read here");
        }
      }
    }
  }

  /**
   * A kernel makes its own directory in the work directory without any permission ({@code ovl_workdir_create} of
   * fs/overlayfs/super.c). That of fuse-overlayfs is open to its owner. What that has written can't be told from what a
   * program did in the container: its marks and its files {@code .wh.NAME} are plain data to a kernel.
   */
  private static void refuseOtherWriters(Path directory) throws IOException {
    boolean unix = directory.getFileSystem().supportedFileAttributeViews().contains("unix");
    if (!unix
        || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || SparseFiles.hasMade(directory)) {
      return;
    }
    Object mode = Files.getAttribute(directory, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if (mode instanceof Integer bits && (bits & 0777) != 0) {
      throw new PosixException(
          Errno.EIO,
          "work/work: the upper was mounted by something else than a kernel, such as"
              + " fuse-overlayfs, whose marks are not read here");
    }
  }
}
