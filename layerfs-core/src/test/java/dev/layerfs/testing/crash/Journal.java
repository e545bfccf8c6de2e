package dev.layerfs.testing.crash;

import java.util.ArrayList;
import java.util.List;

/** What was done to a file system, in its order. Whoever does something holds the journal's monitor meanwhile. */
final class Journal {
  private final Disk before;
  private final List<Change> changes = new ArrayList<>();
  private volatile CrashFileSystem.Forcing forcing = () -> {};

  Journal(Disk before) {
    this.before = before;
  }

  synchronized void add(Change change) {
    changes.add(change);
  }

  void beforeForces(CrashFileSystem.Forcing step) {
    forcing = step;
  }

  CrashFileSystem.Forcing forcing() {
    return forcing;
  }

  /** Returns what the file system was before the first change. */
  Disk before() {
    return before.copy();
  }

  synchronized List<Change> changes() {
    return List.copyOf(changes);
  }
}
