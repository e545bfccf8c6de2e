package dev.layerfs.overlay;

import java.io.Closeable;

/** An open file descriptor that the JDK has no class for: of a path, or of a mount that is attached nowhere yet. */
final class Descriptor implements Closeable {
  private final MountCalls calls;
  private final int number;

  /** Takes care of a descriptor. */
  Descriptor(MountCalls calls, int number) {
    this.calls = calls;
    this.number = number;
  }

  /** Opens a path, only to name it. */
  static Descriptor of(MountCalls calls, RawPath path) throws KernelError {
    return new Descriptor(calls, calls.openPath(path, 0));
  }

  /** Returns its number. */
  int number() {
    return number;
  }

  /** Returns a path of at most 24 bytes to what it is open on. */
  String path() {
    return "/proc/self/fd/" + number;
  }

  @Override
  public void close() throws KernelError {
    calls.close(number);
  }
}
