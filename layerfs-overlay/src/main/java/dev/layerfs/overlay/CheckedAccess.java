package dev.layerfs.overlay;

import dev.layerfs.posix.PosixException;
import java.nio.file.Path;

/** Access to objects by a process of which it is checked first, before it meets any of them, whether it sees all that they have. */
final class CheckedAccess implements Access {
  private final Check check;
  private volatile boolean passed;

  /** Finds out whether this process is able to. */
  @FunctionalInterface
  interface Check {
    void run() throws PosixException;
  }

  CheckedAccess(Check check) {
    this.check = check;
  }

  @Override
  public <T> T run(Operation<T> operation, boolean themselves, Path... places)
      throws PosixException {
    if (!passed) {
      check.run();
      passed = true;
    }
    return operation.run();
  }

  @Override
  public boolean isDirect() {
    return true;
  }
}
