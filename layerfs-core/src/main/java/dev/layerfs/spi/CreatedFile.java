package dev.layerfs.spi;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Timespec;
import java.nio.channels.FileChannel;

/** A regular file that was just made and is open, for whoever made it; nobody is to need its place for what is done here. */
public interface CreatedFile {
  /**
   * Returns its content.
   *
   * @return always the same channel, open to be read and written as {@link HostFiles#open} opens it; closed by whoever made the
   *     file, which ends all that can be done here
   */
  FileChannel content();

  /**
   * Returns its inode number, as {@link HostFiles#stat} tells it.
   *
   * @return the number
   */
  long inode();

  /**
   * Sets an attribute of overlayfs's own, as {@link HostFiles#setXattr} does.
   *
   * @param name the full name, which begins with {@link HostFiles#markPrefix}
   * @param value the value
   * @throws PosixException if it can't be set
   */
  void setMark(Name name, byte[] value) throws PosixException;

  /**
   * Sets times, as {@link HostFiles#setTimes} does.
   *
   * @param atime the access time
   * @param mtime the modification time
   * @throws PosixException if they can't be set
   */
  void setTimes(Timespec atime, Timespec mtime) throws PosixException;
}
