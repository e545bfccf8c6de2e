package dev.layerfs.overlay;

import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.CreatedFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Regular files that are made and opened in one system call. */
final class NewFile {
  private static final long FLAGS =
      OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NON_BLOCKING;

  private NewFile() {}

  /**
   * Creates a file, if the kernel gives it to the container's root. The process's umask may have taken permissions, which are
   * added; so at no time has anybody more of them than in the end.
   *
   * @return the file; null if it would have another owner (the process's group is another, or the file system is mounted with
   *     {@code grpid}), and then nothing is there
   */
  static @Nullable CreatedFile create(NativeFiles files, Owners owners, Path place, int mode)
      throws PosixException {
    Descriptor file = files.open(place, FLAGS, mode);
    boolean made = false;
    try {
      Stat host = FileStatus.of(file, place);
      Stat shown = owners.shown(host);
      if (shown.uid() != 0 || shown.gid() != 0) {
        return null;
      }
      if (shown.mode() != mode) {
        LinuxErrors.check(FileCalls.fchmod(file.number(), mode), "fchmod", place);
      }
      made = true;
      return new CreatedFile(new DescriptorChannel(file, true, place), host.inode());
    } finally {
      if (!made) {
        file.close();
        files.delete(place);
      }
    }
  }
}
