package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar of any of the formats in use (v7, ustar, pax, GNU, star), strictly and in one pass. It has exactly one view of
 * an archive, that of Go's {@code archive/tar}, which every container engine shares; where another reader could see
 * something else, it refuses the archive. In particular:
 *
 * <ul>
 *   <li>A {@code size} in a pax header counts, and the one in the header does not.
 *   <li>Of several pax headers before a member the last counts, whole; they must agree on the size.
 *   <li>Global pax headers are passed over.
 *   <li>Links, devices, pipes and directories have no body, whatever their size field says; an archive in which they could
 *       have one is refused.
 *   <li>The archive ends with two zero blocks or with the stream; the stream is then read to its end and bytes there are
 *       nothing but bytes. An extended header before the zero blocks is refused; before the end of the stream it is passed
 *       over, as {@code archive/tar} does.
 * </ul>
 *
 * <p>Memory is bounded by {@link Limits}, never by a size that the archive declares. Not safe for use by several threads.
 */
public final class TarReader implements Closeable {
  private final TarInput input;
  private final Limits limits;
  private final ArchivePlace place;
  private final Notes notes = new Notes();
  private final TarHeader header = new TarHeader();
  private final TarExtensions extensions;
  private final TarContent content;
  private long count;
  private long contentBytes;
  private boolean ended;

  /**
   * Reads from the start of a stream.
   *
   * @param in an uncompressed tar; read in big runs, so it needs no buffering
   * @param subject what is read, for messages, for example {@code "layer sha256:…"}; escaped there
   * @param limits the bounds that the archive must keep
   */
  public TarReader(InputStream in, String subject, Limits limits) {
    this.input = new TarInput(in, subject, limits.maxLayerBytes());
    this.limits = limits;
    this.place = new ArchivePlace(subject);
    this.extensions = new TarExtensions(input, place, limits, notes);
    this.content = new TarContent(input, place);
  }

  /**
   * Returns the next member, passing over what is left of the current one.
   *
   * @return the member, or null at the end of the archive, when the stream was read to its end
   * @throws dev.layerfs.error.MalformedImageException if the archive breaks a rule or is cut short
   * @throws dev.layerfs.error.LimitExceededException if it exceeds a limit
   * @throws IOException if the stream can't be read
   */
  public @Nullable TarEntry next() throws IOException {
    content.end();
    place.enter(count);
    extensions.clear();
    while (!ended && findHeader()) {
      byte flag = header.typeFlag();
      if (!TarExtensions.isExtension(flag)) {
        return member(flag);
      }
      extensions.read(flag, field(header::size));
    }
    ended = true;
    return null;
  }

  /** Brings the next header into view; false at the end of the archive. */
  private boolean findHeader() throws IOException {
    int available = input.request(TarHeader.BLOCK);
    if (available == 0) {
      if (extensions.isPending()) {
        notes.add(place, "passed over an extended header at the end of the stream");
      }
      return false;
    }
    if (available < TarHeader.BLOCK) {
      throw place.malformed("archive ends within a header");
    }
    int start = input.start();
    if (TarHeader.isZero(input.buffer(), start, start + TarHeader.BLOCK)) {
      finish();
      return false;
    }
    header.reset(input.buffer(), start);
    if (!header.hasRightChecksum()) {
      throw place.malformed("header with a wrong checksum");
    }
    return true;
  }

  private void finish() throws IOException {
    if (extensions.isPending()) {
      throw place.malformed("extended header without a member");
    }
    input.consume(TarHeader.BLOCK);
    int available = input.request(TarHeader.BLOCK);
    if (!TarHeader.isZero(input.buffer(), input.start(), input.start() + available)) {
      throw place.malformed("data after a lone zero block");
    }
    input.drain();
  }

  private TarEntry member(byte flag) throws IOException {
    if (count == limits.maxEntries()) {
      throw place.exceeds("maxEntries", limits.maxEntries());
    }
    byte[] name = checkedPath(extensions.name(header), "name");
    place.name(name);
    if (header.hasStrayPrefix()) {
      throw place.malformed("a prefix in a header of the format that has none");
    }
    TarEntry.Type type = type(flag, name);
    boolean link = type == TarEntry.Type.HARD_LINK || type == TarEntry.Type.SYMLINK;
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    byte[] linkName =
        link ? checkedPath(extensions.linkName(header), "link target") : TarExtensions.NO_NAME;
    PaxHeader pax = extensions.pax();
    TarNumber.Time mtime = mtime(pax);
    SortedMap<Name, byte[]> xattrs = pax == null ? Collections.emptySortedMap() : pax.xattrs();
    int mode = (int) (field(header::mode) & 07777);
    long uid = owner(pax == null ? -1 : pax.uid(), header::uid);
    long gid = owner(pax == null ? -1 : pax.gid(), header::gid);
    long major = device ? field(header::deviceMajor) : 0;
    long minor = device ? field(header::deviceMinor) : 0;
    SparseMap map = beginContent(flag, type, pax); // last: the header is out of view after it
    return new TarEntry(
        count++,
        type,
        name,
        linkName,
        mode,
        uid,
        gid,
        map.size(),
        mtime.seconds(),
        mtime.nanos(),
        major,
        minor,
        xattrs,
        input.position(),
        map.isSparse());
  }

  private TarEntry.Type type(byte flag, byte[] name) throws IOException {
    boolean directoryName = name[name.length - 1] == '/';
    TarEntry.Type type = switch (flag) {
      case 0 -> directoryName ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case '0', '7', 'S' -> TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5', 'D' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      default -> throw place.malformed("unknown type flag 0x" + Integer.toHexString(flag & 0xFF));
    };
    if (type == TarEntry.Type.FILE && directoryName) {
      throw place.malformed("regular file with the name of a directory");
    }
    return type;
  }

  private byte[] checkedPath(byte[] path, String what) throws IOException {
    if (path.length == 0) {
      throw place.malformed("no " + what);
    }
    if (path.length > limits.maxPathBytes()) {
      throw place.exceeds("maxPathBytes", limits.maxPathBytes());
    }
    return path;
  }

  private TarNumber.Time mtime(@Nullable PaxHeader pax) throws IOException {
    TarNumber.Time time = pax == null ? null : pax.mtime();
    return time == null ? new TarNumber.Time(signedField(header::mtime), 0) : time;
  }

  private long owner(long fromPax, NumberField field) throws IOException {
    return fromPax >= 0 ? fromPax : field(field);
  }

  /** Leaves the header behind, sets up the content and returns where its bytes go. */
  private SparseMap beginContent(byte flag, TarEntry.Type type, @Nullable PaxHeader pax)
      throws IOException {
    long fromHeader = field(header::size);
    long fromPax = pax == null ? -1 : pax.size();
    long length = fromPax >= 0 ? fromPax : fromHeader;
    PaxSparse paxSparse = pax == null ? null : pax.sparse();
    SparseMap map;
    if (flag == 'D') {
      // GNU tar's incremental dumps: the body lists the directory, which is nothing to a changeset.
      input.consume(TarHeader.BLOCK);
      content.begin(length, SparseMap.EMPTY);
      return SparseMap.EMPTY;
    } else if (type != TarEntry.Type.FILE) {
      if (paxSparse != null) {
        throw place.malformed("sparse map for a member that has no content");
      }
      requireNoBody(fromHeader, fromPax);
      map = SparseMap.EMPTY;
      length = 0;
    } else if (flag == 'S' || paxSparse != null) {
      SparseReader reader = new SparseReader(input, place, limits, notes);
      map = paxSparse == null ? reader.old(header) : reader.pax(paxSparse, length);
      length -= reader.mapBytes();
      reader.requireBody(map, length);
    } else {
      input.consume(TarHeader.BLOCK);
      map = SparseMap.dense(length);
    }
    countContent(map.size());
    content.begin(length, map);
    return map;
  }

  private void countContent(long size) throws IOException {
    if (size > limits.maxLayerBytes() - contentBytes) {
      throw place.exceeds("maxLayerBytes", limits.maxLayerBytes());
    }
    contentBytes += size;
  }

  /**
   * Some readers pass over a body after such a header, others see headers there. They agree if there can't be one: where
   * its padding would be, something stands; or the archive ends.
   */
  private void requireNoBody(long fromHeader, long fromPax) throws IOException {
    input.consume(TarHeader.BLOCK);
    if (fromPax > 0) {
      throw place.malformed("pax size for a member that has no content");
    }
    if (fromHeader == 0) {
      return;
    }
    int available = input.request(TarHeader.BLOCK);
    int from = input.start();
    int to = from + available;
    boolean atEnd = TarHeader.isZero(input.buffer(), from, to);
    boolean hasPadding =
        fromHeader < available && TarHeader.isZero(input.buffer(), from + (int) fromHeader, to);
    boolean oneBlock = fromHeader < TarHeader.BLOCK;
    if (available > 0 && !(oneBlock && (atEnd || !hasPadding))) {
      throw place.malformed("size for a member that has no content");
    }
  }

  /** A numeric field of the header in view. */
  private interface NumberField {
    long read();
  }

  private long field(NumberField field) throws IOException {
    long value = signedField(field);
    if (value < 0) {
      throw place.malformed("negative number in a header");
    }
    return value;
  }

  private long signedField(NumberField field) throws IOException {
    try {
      return field.read();
    } catch (NumberFormatException e) {
      throw place.malformed("number in a header: " + e.getMessage());
    }
  }

  /**
   * Hands out the content of the current member, or what is left of it. Holes are left out.
   *
   * @param sink takes the content
   * @throws dev.layerfs.error.MalformedImageException if the archive ends before the content does
   * @throws IOException if the stream can't be read, or the sink's exception
   */
  public void readContent(DataSink sink) throws IOException {
    content.copyTo(sink);
  }

  /**
   * Returns the content of the current member as a stream, holes as zeros. It ends to work when the reader moves on, and
   * closing it has no effect.
   *
   * @return the same stream each time for one member
   */
  public InputStream content() {
    return content.stream();
  }

  /**
   * Returns what was dropped or passed over so far, in words, escaped; no more than about a hundred notes.
   *
   * @return an immutable list
   */
  public List<String> notes() {
    return notes.toList();
  }

  Notes noteBook() {
    return notes;
  }

  ArchivePlace place() {
    return place;
  }

  /** Closes the stream. */
  @Override
  public void close() throws IOException {
    input.close();
  }
}
