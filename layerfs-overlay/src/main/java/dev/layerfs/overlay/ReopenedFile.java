package dev.layerfs.overlay;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open file as a channel of the JDK's, for what only such a one can do. It is opened when it is first needed, and once more if
 * an interrupt has closed it. Thread-safe.
 */
final class ReopenedFile {
  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final Set<OpenOption> WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Descriptor descriptor;
  private final boolean writable;
  private @Nullable FileChannel channel; // guarded by this
  private boolean closed; // guarded by this

  ReopenedFile(Descriptor descriptor, boolean writable) {
    this.descriptor = descriptor;
    this.writable = writable;
  }

  /** What is done with the channel. */
  @FunctionalInterface
  interface Use<T> {
    T of(FileChannel file) throws IOException;
  }

  /** Opens a descriptor's file as a channel of the JDK's, which knows it by its descriptor's path only. */
  static FileChannel open(Descriptor descriptor, boolean write) throws IOException {
    return FileChannel.open(Path.of(descriptor.path()), write ? WRITE : READ);
  }

  /**
   * Returns the channel. The caller sees to it that the descriptor is open meanwhile.
   *
   * @throws ClosedChannelException after {@link #close}
   */
  synchronized FileChannel channel() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    FileChannel open = channel;
    if (open == null || !open.isOpen()) {
      open = open(descriptor, writable);
      channel = open;
    }
    return open;
  }

  /** Closes the channel, if there is one. */
  synchronized void close() throws IOException {
    closed = true;
    if (channel != null) {
      channel.close();
    }
  }
}
