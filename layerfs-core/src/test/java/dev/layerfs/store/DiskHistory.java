package dev.layerfs.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** What is done on a disk, in steps, and what of it power loss may take. */
interface DiskHistory extends Closeable {
  /**
   * Takes all steps.
   *
   * @param disk the root of an empty file system
   * @param returned is told of each step when it has returned
   */
  void run(Path disk, Consumer<String> returned) throws IOException;

  /** Returns how many steps must have returned before anything is expected. */
  int first();

  /**
   * Looks at what power loss has left.
   *
   * @param returned how many steps had returned
   * @return what should not be so, if anything
   */
  Optional<String> problem(int returned, Path disk) throws IOException;
}
