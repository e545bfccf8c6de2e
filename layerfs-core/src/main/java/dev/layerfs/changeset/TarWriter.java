package dev.layerfs.changeset;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a tar of plain ustar headers, with a pax header before a member only where ustar can't say what there is to say:
 * long names and those that are not ASCII, big numbers, fractions of seconds, times before the epoch, extended attributes.
 * The bytes follow from the members alone. {@link TarReader} gives back what was written.
 *
 * <p>Not safe for use by several threads.
 */
public final class TarWriter {
  private static final byte[] ZEROS = new byte[8192];
  /** Much like the name that Python gives its extended headers, for tools that take them for files. */
  private static final byte[] PAX_NAME = {'.', '/', '.', '/', '@', 'P', 'a', 'x'};

  private final OutputStream out;
  private long size; // of the member's content
  private long written;

  /**
   * Begins an archive.
   *
   * @param out where it goes; given runs of any length, so it should buffer; not closed
   */
  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes a member's headers. What is missing of the content of the one before becomes zeros.
   *
   * @param member the member; index and place of its content are not looked at
   * @throws IOException if the stream can't be written
   */
  public void member(TarEntry member) throws IOException {
    endContent();
    UstarBlock header = new UstarBlock(typeFlag(member.type()));
    PaxRecords pax = new PaxRecords();
    if (!header.name(member.name())) {
      pax.name("path", member.name());
    }
    if (!header.linkName(member.linkName())) {
      pax.name("linkpath", member.linkName());
    }
    header.mode(member.mode());
    if (!header.uid(member.uid())) {
      pax.number("uid", member.uid());
    }
    if (!header.gid(member.gid())) {
      pax.number("gid", member.gid());
    }
    if (!header.size(member.size())) {
      pax.number("size", member.size());
    }
    if (!header.mtime(member.mtimeSeconds()) || member.mtimeNanos() != 0) {
      pax.time("mtime", member.mtimeSeconds(), member.mtimeNanos());
    }
    header.device(member.deviceMajor(), member.deviceMinor());
    member.xattrs().forEach(pax::xattr);
    if (!pax.isEmpty()) {
      extendedHeader(pax.toBytes());
    }
    out.write(header.finish());
    size = member.size();
    written = 0;
  }

  private void extendedHeader(byte[] records) throws IOException {
    UstarBlock header = new UstarBlock((byte) 'x');
    header.name(PAX_NAME);
    header.mode(0644);
    header.uid(0);
    header.gid(0);
    header.size(records.length);
    header.mtime(0);
    out.write(header.finish());
    out.write(records);
    zeros(TarContent.paddingOf(records.length));
  }

  private static byte typeFlag(TarEntry.Type type) {
    return (byte)
        switch (type) {
          case FILE -> '0';
          case HARD_LINK -> '1';
          case SYMLINK -> '2';
          case CHARACTER_DEVICE -> '3';
          case BLOCK_DEVICE -> '4';
          case DIRECTORY -> '5';
          case FIFO -> '6';
        };
  }

  /**
   * Writes a run of the member's content. What lies between two runs is zero.
   *
   * @param position offset of the first byte in the content, not before the end of the last run
   * @param bytes holds the run
   * @param offset index of its first byte
   * @param length number of bytes
   * @throws IOException if the run reaches beyond the member's size, or the stream can't be written
   */
  public void content(long position, byte[] bytes, int offset, int length) throws IOException {
    if (position < written || position > size - length) {
      throw new IOException("content outside the size of a tar's member");
    }
    zeros(position - written);
    out.write(bytes, offset, length);
    written = position + length;
  }

  /**
   * Ends the archive: two blocks of zeros.
   *
   * @throws IOException if the stream can't be written
   */
  public void finish() throws IOException {
    endContent();
    zeros(2 * TarHeader.BLOCK);
    out.flush();
  }

  private void endContent() throws IOException {
    zeros(size - written + TarContent.paddingOf(size));
    size = 0;
    written = 0;
  }

  private void zeros(long count) throws IOException {
    for (long left = count; left > 0; left -= ZEROS.length) {
      out.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
    }
  }
}
