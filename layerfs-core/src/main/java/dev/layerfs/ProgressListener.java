package dev.layerfs;

/**
 * Is told how far a load, pull or push is. Called from several threads, never at the same time, and often: it should be
 * quick.
 *
 * <p>A listener cancels by throwing {@link java.util.concurrent.CancellationException}, which is thrown on: the store is as it
 * was then; a registry may keep blobs that nothing names yet. Interrupting the calling thread cancels as well.
 */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Takes the state.
   *
   * @param what the layer that has advanced, as text for a person
   * @param doneBytes compressed bytes that have been moved, of all layers of all images; those of layers that are there
   *     already count as moved
   * @param totalBytes compressed bytes of all those layers; -1 while unknown
   */
  void progress(String what, long doneBytes, long totalBytes);
}
