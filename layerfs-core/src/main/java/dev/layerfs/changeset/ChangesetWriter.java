package dev.layerfs.changeset;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/**
 * Writes changes as a layer tar (OCI image spec, layer.md), of which {@link ChangesetReader} makes the same changes again.
 * The bytes follow from the changes and their order alone, which is the caller's: parents before what is in them,
 * whiteouts before their siblings, a file before its hard links.
 *
 * <p>What a layer can't express is refused. Fractions of seconds are kept: a tree that was committed is the tree it was.
 *
 * <p>Not safe for use by several threads.
 */
public final class ChangesetWriter {
  static final byte[] OPAQUE_MARKER = ".wh..wh..opq".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] WHITEOUT_PREFIX = ".wh.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ROOT = {'.'};
  private static final byte[] NO_LINK = {};

  private final TarWriter tar;
  private long count;

  /**
   * Begins a layer.
   *
   * @param out where the tar goes, uncompressed; it should buffer; not closed
   */
  public ChangesetWriter(OutputStream out) {
    this.tar = new TarWriter(out);
  }

  /**
   * Writes a change; the content of a {@link ChangesetEntry.Kind#FILE} follows through {@link #content}. What is missing of
   * it becomes zeros.
   *
   * @param entry the change; its index is not looked at
   * @throws dev.layerfs.error.UnsupportedImageException if a layer can't express it; the message names the path. The layer
   *     is then of no use
   * @throws IOException if the stream can't be written
   */
  public void add(ChangesetEntry entry) throws IOException {
    EntryRules.check(entry);
    tar.member(
        switch (entry.kind()) {
          case WHITEOUT -> marker(whiteoutName(entry.path()));
          case OPAQUE -> marker(child(entry.path(), OPAQUE_MARKER));
          default -> member(entry);
        });
    count++;
  }

  private TarEntry marker(byte[] name) {
    return new TarEntry(
        count,
        TarEntry.Type.FILE,
        name,
        NO_LINK,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Collections.emptySortedMap(),
        0,
        false);
  }

  private TarEntry member(ChangesetEntry entry) {
    TarEntry.Type type = type(entry.kind());
    byte[] linkName = switch (type) {
      case SYMLINK -> entry.linkTarget();
      case HARD_LINK -> joined(entry.hardLinkTarget());
      default -> NO_LINK;
    };
    return new TarEntry(
        count,
        type,
        type == TarEntry.Type.DIRECTORY ? directoryName(entry.path()) : joined(entry.path()),
        linkName,
        entry.mode(),
        entry.uid(),
        entry.gid(),
        type == TarEntry.Type.FILE ? entry.size() : 0,
        entry.mtimeSeconds(),
        entry.mtimeNanos(),
        entry.rdevMajor(),
        entry.rdevMinor(),
        entry.xattrs(),
        0,
        false);
  }

  private static TarEntry.Type type(ChangesetEntry.Kind kind) {
    return switch (kind) {
      case DIRECTORY -> TarEntry.Type.DIRECTORY;
      case SYMLINK -> TarEntry.Type.SYMLINK;
      case FIFO -> TarEntry.Type.FIFO;
      case CHARACTER_DEVICE -> TarEntry.Type.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> TarEntry.Type.BLOCK_DEVICE;
      case HARD_LINK -> TarEntry.Type.HARD_LINK;
      case FILE, WHITEOUT, OPAQUE -> TarEntry.Type.FILE;
    };
  }

  /**
   * Writes a run of the content of the file that was added last. What lies between two runs is zero.
   *
   * @param position offset of the first byte in the file, not before the end of the last run
   * @param buffer holds the run
   * @param offset index of its first byte
   * @param length number of bytes
   * @throws IOException if the run reaches beyond the file's size, or the stream can't be written
   */
  public void content(long position, byte[] buffer, int offset, int length) throws IOException {
    tar.content(position, buffer, offset, length);
  }

  /**
   * Ends the layer.
   *
   * @throws IOException if the stream can't be written
   */
  public void finish() throws IOException {
    tar.finish();
  }

  private static byte[] whiteoutName(List<Name> path) {
    int last = path.size() - 1;
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    name.writeBytes(WHITEOUT_PREFIX);
    name.writeBytes(path.get(last).toBytes());
    return child(path.subList(0, last), name.toByteArray());
  }

  private static byte[] child(List<Name> directory, byte[] name) {
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    for (Name parent : directory) {
      path.writeBytes(parent.toBytes());
      path.write('/');
    }
    path.writeBytes(name);
    return path.toByteArray();
  }

  private static byte[] joined(List<Name> path) {
    int last = path.size() - 1;
    return child(path.subList(0, last), path.get(last).toBytes());
  }

  private static byte[] directoryName(List<Name> path) {
    return path.isEmpty() ? child(List.of(Name.ofBytes(ROOT)), NO_LINK) : child(path, NO_LINK);
  }

  /** A path as people write it, for messages. */
  static byte[] absolute(List<Name> path) {
    byte[] relative = path.isEmpty() ? NO_LINK : joined(path);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.write('/');
    text.writeBytes(relative);
    return text.toByteArray();
  }
}
