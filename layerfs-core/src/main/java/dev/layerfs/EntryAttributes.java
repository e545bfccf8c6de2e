package dev.layerfs;

import java.time.Instant;

/**
 * The attributes of a file, directory or symbolic link that an {@link ImageBuilder} adds. Immutable.
 *
 * @param mode permission, set-id and sticky bits; not looked at for symbolic links
 * @param uid owner, 0 to 4294967294
 * @param gid group, 0 to 4294967294
 * @param modified modification time
 */
public record EntryAttributes(int mode, long uid, long gid, Instant modified) {
  /** Chooses the attributes of what is added. */
  @FunctionalInterface
  public interface Chooser {
    /**
     * Chooses.
     *
     * @param path where it will be in the image, absolute
     * @param defaults what it would have
     * @return what it is to have
     */
    EntryAttributes choose(String path, EntryAttributes defaults);
  }

  /**
   * Returns these with another mode.
   *
   * @param replacement permission, set-id and sticky bits
   * @return new attributes
   */
  public EntryAttributes withMode(int replacement) {
    return new EntryAttributes(replacement, uid, gid, modified);
  }

  /**
   * Returns these with another owner and group.
   *
   * @param newUid the owner
   * @param newGid the group
   * @return new attributes
   */
  public EntryAttributes withOwner(long newUid, long newGid) {
    return new EntryAttributes(mode, newUid, newGid, modified);
  }

  /**
   * Returns these with another time.
   *
   * @param replacement the modification time
   * @return new attributes
   */
  public EntryAttributes withModified(Instant replacement) {
    return new EntryAttributes(mode, uid, gid, replacement);
  }
}
