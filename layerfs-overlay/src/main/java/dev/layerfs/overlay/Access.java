package dev.layerfs.overlay;

import dev.layerfs.posix.PosixException;
import java.nio.file.Path;

/** How a process gets at objects of an upper whose modes are the container's, not its own. */
interface Access {
  /** What is done with some objects. */
  @FunctionalInterface
  interface Operation<T> {
    T run() throws PosixException;
  }

  /** As the host lets this process: modes don't keep root out. */
  Access DIRECT = new Access() {
    @Override
    public <T> T run(Operation<T> operation, boolean themselves, Path... places)
        throws PosixException {
      return operation.run();
    }

    @Override
    public boolean isDirect() {
      return true;
    }
  };

  /**
   * Does something.
   *
   * @param operation what; it may be tried twice
   * @param themselves whether the objects are opened, and not only the directories above them
   * @param places the objects
   * @return what the operation returns
   */
  <T> T run(Operation<T> operation, boolean themselves, Path... places) throws PosixException;

  /** Whether modes don't keep this process out of anything, now or later. */
  boolean isDirect();
}
