package dev.layerfs.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a copy has done so far. */
final class CopyTally {
  private static final long UNKNOWN = -1;

  private final Consumer<String> warn;
  private final Progress progress;
  private final List<String> skipped = new ArrayList<>();
  private long files;
  private long bytes;

  /**
   * Begins with nothing.
   *
   * @param warn is told of files that are left out
   * @param progress shows how much was copied
   */
  CopyTally(Consumer<String> warn, Progress progress) {
    this.warn = warn;
    this.progress = progress;
  }

  /** Counts a file of any type, with the bytes of its content. */
  void copied(long size) {
    files++;
    bytes += size;
    progress.progress("files: " + files, bytes, UNKNOWN);
  }

  /** Tells that a file is left out. */
  void skip(String path, String reason) {
    skipped.add(path);
    progress.clear();
    warn.accept(path + ": skipped, " + reason);
  }

  long files() {
    return files;
  }

  long bytes() {
    return bytes;
  }

  List<String> skipped() {
    return List.copyOf(skipped);
  }
}
