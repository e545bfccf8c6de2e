package dev.layerfs;

/**
 * Is told how far a load, pull, push, commit, build, save, export, check or repair is. Called from several threads, never at the
 * same time, and often: it should be quick.
 *
 * <p>A listener cancels by throwing {@link java.util.concurrent.CancellationException}, which is thrown on: the store is as it
 * was then; a registry may keep blobs that nothing names yet, a target that is no store what was written, and a repair has done
 * what it has done. Interrupting the calling thread cancels as well.
 */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Takes the state.
   *
   * @param what the layer or other object that has advanced, as text for a person
   * @param doneBytes bytes that have been moved: of a load, pull, push or save compressed bytes of all layers of all images,
   *     where those of layers that are there already count as moved; of a commit, build or export bytes of files; of a check
   *     bytes that have been read
   * @param totalBytes all those bytes; -1 while unknown, which for commits and exports it stays
   */
  void progress(String what, long doneBytes, long totalBytes);
}
