package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** The content of a regular file that is beneath the upper: of the image, or of an upper that does not change any more. */
final class LowerContent implements Closeable {
  private final Lower lower;
  private final long nid;
  private final @Nullable FileChannel channel;

  LowerContent(Lower lower, long nid) throws PosixException {
    this.lower = lower;
    this.nid = nid;
    this.channel = lower.isChanged(nid) ? lower.open(nid) : null;
  }

  /** Reads bytes from a position; -1 at or after the end. */
  int read(ByteBuffer target, long position) throws IOException {
    return channel == null ? lower.read(nid, position, target) : channel.read(target, position);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
