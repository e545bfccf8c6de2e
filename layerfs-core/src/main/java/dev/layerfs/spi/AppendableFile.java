package dev.layerfs.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * What a {@link FileChannel} of {@link HostFiles} is too, if the host can append to the file by itself: it finds the end and
 * writes there in one step, so that it need not be asked where that is.
 */
public interface AppendableFile {
  /**
   * Writes at the end of the file, wherever that is by then. The channel's position stays what it is.
   *
   * @param source the bytes to write; its position moves on by as many as were written
   * @return how many were written in one piece, more than 0 if there are any
   * @throws IOException if the host failed, with {@link dev.layerfs.posix.Errno#EFBIG} if the file is as long as it can be
   */
  int append(ByteBuffer source) throws IOException;
}
