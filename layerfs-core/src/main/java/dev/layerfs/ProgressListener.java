package dev.layerfs;

/** Is told how far a load is. Called from several threads, never at the same time. */
@FunctionalInterface
public interface ProgressListener {
  /** doneBytes and totalBytes: compressed bytes of all layers of all images being loaded (-1 unknown). */
  void progress(String what, long doneBytes, long totalBytes);
}
