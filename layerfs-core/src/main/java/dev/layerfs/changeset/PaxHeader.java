package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of one pax extended header (POSIX {@code pax}, "pax Extended Header") that have a meaning for a changeset;
 * all others are passed over. A key that says two different things is refused, since readers disagree about which one
 * counts; so is a {@code size} without a value. Other records without a value leave the header's field as it is.
 */
final class PaxHeader {
  private static final byte[] SPARSE = "GNU.sparse.".getBytes(StandardCharsets.US_ASCII);
  /** The longest length that fits the limit on a header's bytes has ten digits. */
  private static final int MAX_LENGTH_DIGITS = 10;

  private final ArchivePlace place;
  private final Limits limits;
  private final Notes notes;
  private byte @Nullable [] path;
  private byte @Nullable [] linkPath;
  private byte @Nullable [] size;
  private byte @Nullable [] uid;
  private byte @Nullable [] gid;
  private byte @Nullable [] mtime;
  private @Nullable PaxSparse sparse;
  private @Nullable PaxXattrs xattrs;

  private PaxHeader(ArchivePlace place, Limits limits, Notes notes) {
    this.place = place;
    this.limits = limits;
    this.notes = notes;
  }

  /** Reads the records in the first {@code length} bytes. */
  static PaxHeader parse(byte[] body, int length, ArchivePlace place, Limits limits, Notes notes)
      throws IOException {
    PaxHeader header = new PaxHeader(place, limits, notes);
    int at = 0;
    while (at < length) {
      at = header.readRecord(body, at, length);
    }
    return header;
  }

  /** Reads one {@code "length key=value\n"} and returns where the next begins. */
  private int readRecord(byte[] b, int from, int limit) throws IOException {
    int space = indexOf(b, (byte) ' ', from, Math.min(limit, from + MAX_LENGTH_DIGITS + 1));
    long recordLength = number(b, from, Math.max(from, space), "length");
    if (recordLength > limit - from
        || recordLength < space - from + 4 // a space, a key of one byte, "=" and the newline
        || b[from + (int) recordLength - 1] != '\n') {
      throw place.malformed("pax record whose length does not lead to its newline");
    }
    int next = from + (int) recordLength;
    int equals = indexOf(b, (byte) '=', space + 1, next - 1);
    if (equals <= space + 1) {
      throw place.malformed("pax record without a key");
    }
    accept(Arrays.copyOfRange(b, space + 1, equals), Arrays.copyOfRange(b, equals + 1, next - 1));
    return next;
  }

  private void accept(byte[] key, byte[] value) throws IOException {
    if (indexOf(key, (byte) 0, 0, key.length) >= 0) {
      throw place.malformed("pax key with a NUL");
    }
    if (PaxXattrs.isXattr(key)) {
      if (xattrs == null) {
        xattrs = new PaxXattrs(place, limits, notes);
      }
      xattrs.accept(key, value);
    } else if (startsWith(key, SPARSE)) {
      if (sparse == null) {
        sparse = new PaxSparse(place, limits);
      }
      sparse.accept(text(key, SPARSE.length), value);
    } else {
      acceptPlain(text(key, 0), value);
    }
  }

  private void acceptPlain(String key, byte[] value) throws IOException {
    switch (key) {
      case "path" -> path = once(path, value, key);
      case "linkpath" -> linkPath = once(linkPath, value, key);
      case "size" -> size = once(size, value, key);
      case "uid" -> uid = once(uid, value, key);
      case "gid" -> gid = once(gid, value, key);
      case "mtime" -> mtime = once(mtime, value, key);
      default -> {
        // times that changesets don't keep, names of owners, comments, other tools' records
      }
    }
  }

  private byte[] once(byte @Nullable [] before, byte[] value, String key) throws IOException {
    if (before != null && !Arrays.equals(before, value)) {
      throw place.malformed("two values for the pax record " + key);
    }
    return value;
  }

  byte @Nullable [] path() throws IOException {
    return nonEmptyText(path);
  }

  byte @Nullable [] linkPath() throws IOException {
    return nonEmptyText(linkPath);
  }

  private byte @Nullable [] nonEmptyText(byte @Nullable [] value) throws IOException {
    if (value == null || value.length == 0) {
      return null;
    }
    if (indexOf(value, (byte) 0, 0, value.length) >= 0) {
      throw place.malformed("pax path with a NUL");
    }
    return value;
  }

  /** The member's length in the archive, or -1. */
  long size() throws IOException {
    return size == null ? -1 : number(size, 0, size.length, "size");
  }

  long uid() throws IOException {
    return uid == null || uid.length == 0 ? -1 : number(uid, 0, uid.length, "uid");
  }

  long gid() throws IOException {
    return gid == null || gid.length == 0 ? -1 : number(gid, 0, gid.length, "gid");
  }

  TarNumber.@Nullable Time mtime() throws IOException {
    if (mtime == null || mtime.length == 0) {
      return null;
    }
    try {
      return TarNumber.time(mtime);
    } catch (NumberFormatException e) {
      throw place.malformed("pax mtime: " + e.getMessage());
    }
  }

  @Nullable
  PaxSparse sparse() {
    return sparse;
  }

  SortedMap<Name, byte[]> xattrs() {
    return xattrs == null ? Collections.emptySortedMap() : xattrs.toMap();
  }

  private long number(byte[] b, int from, int to, String what) throws IOException {
    try {
      return TarNumber.decimal(b, from, to);
    } catch (NumberFormatException e) {
      throw place.malformed("pax " + what + ": " + e.getMessage());
    }
  }

  private static int indexOf(byte[] b, byte wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static String text(byte[] key, int from) {
    return new String(key, from, key.length - from, StandardCharsets.ISO_8859_1);
  }
}
