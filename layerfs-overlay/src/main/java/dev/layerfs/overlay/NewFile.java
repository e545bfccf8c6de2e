package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.CreatedFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that was made and opened in one system call.
 *
 * @param content its descriptor, as a channel
 * @param inode its inode number
 */
record NewFile(DescriptorChannel content, long inode) implements CreatedFile {
  private static final long FLAGS =
      OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.EXCLUSIVE | OpenFlags.NON_BLOCKING;

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
      return new NewFile(new DescriptorChannel(file, true, place), host.inode());
    } finally {
      if (!made) {
        file.close();
        files.delete(place);
      }
    }
  }

  @Override
  public void setMark(Name name, byte[] value) throws PosixException {
    content.change(
        "fsetxattr",
        (file, arena) -> FileCalls.fsetxattr(
            file, NativeFiles.text(name.toBytes(), arena), arena.allocateFrom(JAVA_BYTE, value)));
  }

  @Override
  public void setTimes(Timespec atime, Timespec mtime) throws PosixException {
    content.change(
        "futimens",
        (file, arena) -> FileCalls.futimens(file, NativeFiles.times(atime, mtime, arena)));
  }
}
