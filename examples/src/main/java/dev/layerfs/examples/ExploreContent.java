package dev.layerfs.examples;

/** The content of a file of a layer, which may have several names. It is wasted once the last of them is gone. */
final class ExploreContent {
  private final int number;
  private final long size;
  private int names;

  /**
   * Describes content without a name.
   *
   * @param number tells it from other contents
   * @param size bytes
   */
  ExploreContent(int number, long size) {
    this.number = number;
    this.size = size;
  }

  int number() {
    return number;
  }

  /**
   * Gives it a name.
   *
   * @return whether it is its first
   */
  boolean addName() {
    return names++ == 0;
  }

  /**
   * Takes a name away.
   *
   * @return the bytes that no name leads to any more
   */
  long removeName() {
    return --names == 0 ? size : 0;
  }
}
