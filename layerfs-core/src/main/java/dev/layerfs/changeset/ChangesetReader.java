package dev.layerfs.changeset;

import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a layer tar as a changeset (OCI image spec, layer.md): names become paths from the root, whiteouts are told apart
 * from files, and what an image must not contain is refused or dropped. All decisions are lexical; what a path means in the
 * layers beneath, and the order of entries, are for the reader's user. How the tar itself is read: {@link TarReader}.
 *
 * <p>Not safe for use by several threads.
 */
public final class ChangesetReader implements Closeable {
  static final long MAX_ID = 0xFFFF_FFFEL;
  /** The kernel keeps 12 bits of the major and 20 of the minor number ({@code <linux/kdev_t.h>}). */
  static final long MAX_MAJOR = (1 << 12) - 1;

  static final long MAX_MINOR = (1 << 20) - 1;
  private static final long ENTRIES_BEFORE_RATE = 65_536;
  private static final byte[] NO_TARGET = {};

  private final TarReader tar;
  private final String subject;
  private final Limits limits;
  private final LongSupplier compressedBytes;
  private final ArchivePlace place;
  private final Notes notes;
  private boolean atFile;

  /**
   * Reads an uncompressed layer, or one whose compressed size is not known.
   *
   * @param tar the uncompressed tar; read in big runs, so it needs no buffering
   * @param subject what is read, for messages, for example {@code "layer sha256:…"}; escaped there
   * @param limits the bounds that the layer must keep
   */
  public ChangesetReader(InputStream tar, String subject, Limits limits) {
    this(tar, subject, limits, () -> Long.MAX_VALUE);
  }

  /**
   * Reads a layer that is being decompressed.
   *
   * @param tar the uncompressed tar; read in big runs, so it needs no buffering
   * @param subject what is read, for messages, for example {@code "layer sha256:…"}; escaped there
   * @param limits the bounds that the layer must keep
   * @param compressedBytes tells how many bytes the compressed layer has had so far, for {@link Limits#maxEntriesPerKiB};
   *     for example {@code LayerStream}
   */
  public ChangesetReader(
      InputStream tar, String subject, Limits limits, LongSupplier compressedBytes) {
    this.tar = new TarReader(tar, subject, limits);
    this.subject = subject;
    this.limits = limits;
    this.compressedBytes = compressedBytes;
    this.place = this.tar.place();
    this.notes = this.tar.noteBook();
  }

  /**
   * Returns the next change, passing over what is left of the current one's content.
   *
   * @return the change, or null at the end of the archive, when the stream was read to its end
   * @throws dev.layerfs.error.MalformedImageException if the layer breaks a rule or is cut short
   * @throws dev.layerfs.error.LimitExceededException if it exceeds a limit
   * @throws IOException if the stream can't be read
   */
  public @Nullable ChangesetEntry next() throws IOException {
    atFile = false;
    TarEntry entry = tar.next();
    while (entry != null) {
      checkRate(entry.index() + 1);
      List<Name> path = EntryPath.parse(entry.name(), place, limits);
      Whiteout whiteout = Whiteout.of(path, place);
      if (whiteout != Whiteout.AUFS_METADATA) {
        return whiteout == Whiteout.NONE ? addition(entry, path) : removal(entry, path, whiteout);
      }
      notes.add(place, "passed over AUFS metadata");
      entry = tar.next();
    }
    return null;
  }

  private void checkRate(long entries) throws IOException {
    if (entries > ENTRIES_BEFORE_RATE) {
      long kibibytes = compressedBytes.getAsLong() / 1024 + 1;
      if (entries / limits.maxEntriesPerKiB() > kibibytes) {
        throw place.exceeds("maxEntriesPerKiB", limits.maxEntriesPerKiB());
      }
    }
  }

  private ChangesetEntry removal(TarEntry entry, List<Name> path, Whiteout whiteout)
      throws IOException {
    if (entry.type() == TarEntry.Type.DIRECTORY) {
      throw place.malformed("whiteout that is a directory");
    }
    List<Name> removed = path.subList(0, path.size() - 1);
    ChangesetEntry.Kind kind = ChangesetEntry.Kind.OPAQUE;
    if (whiteout == Whiteout.WHITEOUT) {
      Name[] names = path.toArray(new Name[0]);
      names[names.length - 1] = Whiteout.target(names[names.length - 1], place);
      removed = List.of(names);
      kind = ChangesetEntry.Kind.WHITEOUT;
    }
    return new ChangesetEntry(
        entry.index(),
        kind,
        List.copyOf(removed),
        0,
        0,
        0,
        0,
        0,
        0,
        NO_TARGET,
        List.of(),
        0,
        0,
        Collections.emptySortedMap());
  }

  private ChangesetEntry addition(TarEntry entry, List<Name> path) throws IOException {
    ChangesetEntry.Kind kind = kind(entry.type());
    if (path.isEmpty() && kind != ChangesetEntry.Kind.DIRECTORY) {
      throw place.malformed("root that is not a directory");
    }
    if (entry.uid() > MAX_ID || entry.gid() > MAX_ID) {
      throw place.malformed("owner beyond 4294967294");
    }
    checkDevice(entry);
    byte[] linkTarget = kind == ChangesetEntry.Kind.SYMLINK ? entry.linkName() : NO_TARGET;
    List<Name> hardLinkTarget =
        kind == ChangesetEntry.Kind.HARD_LINK ? hardLinkTarget(entry) : List.of();
    SortedMap<Name, byte[]> xattrs = XattrFilter.keep(entry.xattrs(), place, notes);
    atFile = kind == ChangesetEntry.Kind.FILE;
    return new ChangesetEntry(
        entry.index(),
        kind,
        path,
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.size(),
        entry.mtimeSeconds(),
        entry.mtimeNanos(),
        linkTarget,
        hardLinkTarget,
        (int) entry.deviceMajor(),
        (int) entry.deviceMinor(),
        xattrs);
  }

  private static ChangesetEntry.Kind kind(TarEntry.Type type) {
    return switch (type) {
      case FILE -> ChangesetEntry.Kind.FILE;
      case HARD_LINK -> ChangesetEntry.Kind.HARD_LINK;
      case SYMLINK -> ChangesetEntry.Kind.SYMLINK;
      case CHARACTER_DEVICE -> ChangesetEntry.Kind.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> ChangesetEntry.Kind.BLOCK_DEVICE;
      case DIRECTORY -> ChangesetEntry.Kind.DIRECTORY;
      case FIFO -> ChangesetEntry.Kind.FIFO;
    };
  }

  private void checkDevice(TarEntry entry) throws IOException {
    if (entry.deviceMajor() > MAX_MAJOR || entry.deviceMinor() > MAX_MINOR) {
      throw place.malformed("device number out of range");
    }
    if (entry.type() == TarEntry.Type.CHARACTER_DEVICE
        && entry.deviceMajor() == 0
        && entry.deviceMinor() == 0) {
      throw place.malformed("character device 0:0, which overlayfs takes for a whiteout");
    }
  }

  private List<Name> hardLinkTarget(TarEntry entry) throws IOException {
    List<Name> target = EntryPath.parse(entry.linkName(), place, limits);
    if (target.isEmpty()) {
      throw place.malformed("hard link to the root");
    }
    return switch (Whiteout.of(target, place)) {
      case NONE -> target;
      case AUFS_METADATA ->
        throw new UnsupportedImageException(
            place.toString(),
            "a hard link through AUFS metadata; rebuild the image with a newer tool");
      default -> throw place.malformed("hard link to a whiteout");
    };
  }

  /**
   * Hands out the content of the current {@link ChangesetEntry.Kind#FILE}, or what is left of it; nothing if the current
   * change is of another kind. Holes of a sparse file are left out.
   *
   * @param sink takes the content
   * @throws dev.layerfs.error.MalformedImageException if the layer ends before the content does
   * @throws IOException if the stream can't be read, or the sink's exception
   */
  public void readData(DataSink sink) throws IOException {
    if (atFile) {
      tar.readContent(sink);
    }
  }

  /**
   * Returns what is read, for the messages of those who find fault with its changes.
   *
   * @return the subject that the reader was made with; not escaped
   */
  public String subject() {
    return subject;
  }

  /**
   * Returns what was dropped or passed over so far, in words, escaped; no more than about a hundred notes.
   *
   * @return an immutable list
   */
  public List<String> notes() {
    return notes.toList();
  }

  /** Closes the stream. */
  @Override
  public void close() throws IOException {
    tar.close();
  }
}
