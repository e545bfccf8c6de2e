package dev.layerfs.posix;

/** What two objects of the same path can differ in. */
public enum Aspect {
  /** The file type. */
  TYPE,
  /** Permissions, set-id and sticky bits. */
  MODE,
  /** User or group. */
  OWNER,
  /** The numbers of a device. */
  DEVICE,
  /** Extended attributes, access control lists among them. */
  XATTRS,
  /** The modification time. */
  TIME,
  /** A symbolic link's target. */
  TARGET,
  /** A regular file's content. If its length is the same and its time is not, the content may be the same after all. */
  CONTENT
}
