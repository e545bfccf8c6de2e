package dev.layerfs;

/**
 * Is told how far a load is. Called from several threads, never at the same time, and often: it should be quick.
 *
 * <p>A listener cancels the load by throwing {@link java.util.concurrent.CancellationException}: the load leaves no trace
 * and throws it on. Interrupting the thread that loads cancels as well.
 */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Takes the state of the load.
   *
   * @param what the layer that has advanced, as text for a person
   * @param doneBytes compressed bytes that have been read, of all layers of all images being loaded; bytes of layers that
   *     the store has already count as read
   * @param totalBytes compressed bytes of all those layers; -1 while unknown
   */
  void progress(String what, long doneBytes, long totalBytes);
}
