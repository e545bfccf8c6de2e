package dev.layerfs.union;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.AppendableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** What POSIX does with an open file, done with a channel. */
public final class ChannelIo {
  /** The longest file ({@code s_maxbytes} of ext4 with 4 KiB blocks). */
  private static final long MAX_SIZE = (1L << 44) - 4096;

  private ChannelIo() {}

  /**
   * Fills a buffer as far as the file reaches.
   *
   * @param file where from
   * @param target where to
   * @param position offset in the file
   * @return the number of bytes read, -1 if there are none
   * @throws IOException if the host failed
   */
  public static int read(FileChannel file, ByteBuffer target, long position) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int n = file.read(target, position + total);
      if (n < 0) {
        return total == 0 ? -1 : total;
      }
      requireProgress(n);
      total += n;
    }
    return total;
  }

  /**
   * Writes all of a buffer.
   *
   * @param file where to
   * @param source what
   * @param position offset in the file
   * @param subject what the file is called
   * @throws IOException if the host failed; {@link Errno#EFBIG} if the file would be too long
   */
  public static void write(FileChannel file, ByteBuffer source, long position, Object subject)
      throws IOException {
    requireRoom(source, position, subject);
    long at = position;
    while (source.hasRemaining()) {
      int n = file.write(source, at);
      requireProgress(n);
      at += n;
    }
  }

  /**
   * Writes all of a buffer at the end of a file, if the host can find that by itself. The caller sees to it that nobody else
   * appends before all is written.
   *
   * @param file where to
   * @param source what
   * @return whether it was done; if not nothing was written
   * @throws IOException if the host failed
   */
  static boolean append(FileChannel file, ByteBuffer source) throws IOException {
    if (!(file instanceof AppendableFile end)) {
      return false;
    }
    while (source.hasRemaining()) {
      requireProgress(end.append(source));
    }
    return true;
  }

  /**
   * Checks that a file can hold what is to be written.
   *
   * @return the position after the last byte
   * @throws PosixException {@link Errno#EFBIG} if the file would be too long
   */
  static long requireRoom(ByteBuffer source, long position, Object subject) throws PosixException {
    if (position > MAX_SIZE - source.remaining()) {
      throw new PosixException(Errno.EFBIG, subject.toString());
    }
    return position + source.remaining();
  }

  /** A channel that neither moves on nor fails would be asked for ever. */
  private static void requireProgress(int bytes) throws IOException {
    if (bytes <= 0) {
      throw new IOException("the host's channel makes no progress");
    }
  }

  /**
   * Checks a length that is given to {@code ftruncate}.
   *
   * @param size the length
   * @param subject what the file is called
   * @throws PosixException {@link Errno#EINVAL}, {@link Errno#EFBIG}
   */
  public static void checkSize(long size, Object subject) throws PosixException {
    if (size < 0 || size > MAX_SIZE) {
      throw new PosixException(size < 0 ? Errno.EINVAL : Errno.EFBIG, subject.toString());
    }
  }

  /**
   * Sets a file's length.
   *
   * @param file the file
   * @param size its new length
   * @return whether the size changed: if not, the JDK makes no system call, and the file keeps its time
   * @throws IOException if the host failed
   */
  public static boolean resize(FileChannel file, long size) throws IOException {
    long before = file.size();
    if (size > before) {
      file.write(ByteBuffer.allocate(1), size - 1);
    } else if (size < before) {
      file.truncate(size);
    }
    return size != before;
  }
}
