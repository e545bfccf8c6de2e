package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;

/**
 * Something that a build puts into an image, or takes away.
 *
 * @param kind a file, directory, symbolic link or whiteout
 * @param path from the root
 * @param mode permission, set-id and sticky bits
 * @param uid owner
 * @param gid group
 * @param time modification time
 * @param size length of a file's content
 * @param linkTarget a symbolic link's target
 * @param content opens a file's content
 */
@SuppressWarnings("ArrayRecordComponent") // between two internal classes
record Addition(
    Kind kind,
    List<Name> path,
    int mode,
    long uid,
    long gid,
    Timespec time,
    long size,
    byte[] linkTarget,
    Content content) {
  private static final byte[] NO_TARGET = {};

  /** Where content comes from. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  static Addition whiteout(List<Name> path) {
    return new Addition(
        Kind.WHITEOUT,
        path,
        0,
        0,
        0,
        new Timespec(0, 0),
        0,
        NO_TARGET,
        InputStream::nullInputStream);
  }

  static Addition directory(List<Name> path, int mode, long uid, long gid, Timespec time) {
    return new Addition(
        Kind.DIRECTORY, path, mode, uid, gid, time, 0, NO_TARGET, InputStream::nullInputStream);
  }

  ChangesetEntry toEntry(long index) {
    return new ChangesetEntry(
        index,
        kind,
        path,
        mode,
        uid,
        gid,
        size,
        time.seconds(),
        time.nanos(),
        linkTarget,
        List.of(),
        0,
        0,
        Collections.emptySortedMap());
  }
}
