package dev.layerfs;

/**
 * Is told what a container copies up: by the threads that do it, one at a time, before the operation that caused it
 * returns. It must be quick, must not throw and must not use the container.
 */
@FunctionalInterface
public interface CopyUpListener {
  /**
   * Something of the image was copied to the container's own layer, because it is about to change.
   *
   * @param path an absolute path of it, as in {@link Change#path}
   * @param bytes bytes of content that were copied; 0 for all but regular files
   */
  void copiedUp(String path, long bytes);
}
