package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The extended headers in front of a member: pax ({@code x}, {@code g}) and GNU long names ({@code L}, {@code K}). */
final class TarExtensions {
  static final byte[] NO_NAME = {};

  private final TarInput input;
  private final ArchivePlace place;
  private final Limits limits;
  private final Notes notes;
  private @Nullable PaxHeader pax;
  private byte @Nullable [] longName;
  private byte @Nullable [] longLink;
  private long metadataBytes;
  private byte[] body = new byte[1024];

  TarExtensions(TarInput input, ArchivePlace place, Limits limits, Notes notes) {
    this.input = input;
    this.place = place;
    this.limits = limits;
    this.notes = notes;
  }

  static boolean isExtension(byte flag) {
    return flag == 'x' || flag == 'g' || flag == 'L' || flag == 'K';
  }

  /** Forgets all, for the next member. */
  void clear() {
    pax = null;
    longName = null;
    longLink = null;
    metadataBytes = 0;
  }

  /** Tells whether there are headers that a member must follow. */
  boolean isPending() {
    return pax != null || longName != null || longLink != null;
  }

  /** Reads the extended header whose block is next in the input. */
  void read(byte flag, long length) throws IOException {
    int bodyLength = readBody(length);
    switch (flag) {
      case 'x' -> replacePax(PaxHeader.parse(body, bodyLength, place, limits, notes));
      case 'g' -> passOverGlobal(bodyLength);
      case 'L' -> longName = longText(bodyLength);
      default -> longLink = longText(bodyLength);
    }
  }

  private int readBody(long length) throws IOException {
    // Blocks count, so that endless empty headers are bounded too.
    metadataBytes += 2L * TarHeader.BLOCK;
    if (length > limits.maxEntryMetadataBytes() - metadataBytes) {
      throw place.exceeds("maxEntryMetadataBytes", limits.maxEntryMetadataBytes());
    }
    metadataBytes += length;
    input.consume(TarHeader.BLOCK);
    int done = 0;
    while (done < length) {
      int run = (int) Math.min(input.available(), length - done);
      append(run, done);
      done += run;
    }
    if (!input.skip(TarContent.paddingOf(length))) {
      throw truncated();
    }
    return done;
  }

  /** The buffer grows with what has arrived, not with what was declared. */
  private void append(int run, int done) throws IOException {
    if (run == 0) {
      throw truncated();
    }
    if (done + run > body.length) {
      body = Arrays.copyOf(body, Math.max(done + run, 2 * body.length));
    }
    System.arraycopy(input.buffer(), input.start(), body, done, run);
    input.consume(run);
  }

  private IOException truncated() {
    return place.malformed("archive ends within an extended header");
  }

  private void replacePax(PaxHeader next) throws IOException {
    if (pax != null && pax.size() != next.size()) {
      throw place.malformed("two pax headers that differ in size");
    }
    pax = next;
  }

  /** Go and containerd give global headers no effect; only their form is checked. */
  private void passOverGlobal(int length) throws IOException {
    if (isPending()) {
      throw place.malformed("extended header without a member");
    }
    PaxHeader.parse(body, length, place, limits, notes);
  }

  /** GNU and BSD tar cut long names at the first NUL. */
  private byte[] longText(int length) {
    int end = 0;
    while (end < length && body[end] != 0) {
      end++;
    }
    return Arrays.copyOf(body, end);
  }

  @Nullable
  PaxHeader pax() {
    return pax;
  }

  /** The member's name: from a sparse file's records, else from a long name, else from pax, else from its header. */
  byte[] name(TarHeader header) throws IOException {
    byte[] path = pax == null ? null : pax.path();
    PaxSparse sparse = pax == null ? null : pax.sparse();
    byte[] sparseName = sparse == null ? null : sparse.name();
    if (sparseName != null) {
      return sparseName;
    }
    byte[] name = agreed(longName, path, "names");
    return name == null ? header.name() : name;
  }

  byte[] linkName(TarHeader header) throws IOException {
    byte[] path = pax == null ? null : pax.linkPath();
    byte[] link = agreed(longLink, path, "link targets");
    return link == null ? header.linkName() : link;
  }

  private byte @Nullable [] agreed(byte @Nullable [] gnu, byte @Nullable [] path, String what)
      throws IOException {
    if (gnu != null && path != null && !Arrays.equals(gnu, path)) {
      throw place.malformed("pax and GNU headers give different " + what);
    }
    return gnu != null ? gnu : path;
  }
}
