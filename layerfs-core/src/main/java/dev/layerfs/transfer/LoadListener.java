package dev.layerfs.transfer;

/** Is told how far a load is, by one thread at a time. Whatever it throws ends the load. */
@FunctionalInterface
public interface LoadListener {
  /**
   * Takes the state of the load.
   *
   * @param what what has advanced
   * @param doneBytes compressed bytes of layers that have been read or need not be
   * @param totalBytes compressed bytes of all layers
   */
  void progress(String what, long doneBytes, long totalBytes);
}
