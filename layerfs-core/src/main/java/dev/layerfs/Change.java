package dev.layerfs;

/** One difference between a root file system and the image beneath it. */
public record Change(Kind kind, String path) {
  /** What happened to a path, with the letters docker uses. */
  public enum Kind {
    ADDED,
    MODIFIED,
    DELETED
  }
}
