package dev.layerfs.posix;

/** What happened to a name in a directory. */
public enum NameEvent {
  /** The name is new there: it was created, linked or renamed to. */
  CREATED,
  /** The name is gone from there: it was removed or renamed. */
  DELETED,
  /** What the name stands for has other content or other attributes. */
  MODIFIED
}
