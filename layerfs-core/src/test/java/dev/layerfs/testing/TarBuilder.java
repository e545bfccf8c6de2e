package dev.layerfs.testing;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Writes tars for tests, byte by byte, so that broken ones can be written as easily as good ones. Independent of the
 * library's own writer. Text becomes bytes as {@link Name#encode} has it.
 */
public final class TarBuilder {
  /** The size of a tar block. */
  public static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds a regular file of mode 0644. */
  public TarBuilder file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a regular file of mode 0644. */
  public TarBuilder file(String name, byte[] content) {
    return add(TarEntryBuilder.file(name, content));
  }

  /** Adds a directory of mode 0755. */
  public TarBuilder directory(String name) {
    return add(TarEntryBuilder.directory(name));
  }

  /** Adds a symbolic link. */
  public TarBuilder symlink(String name, String target) {
    return add(TarEntryBuilder.of('2', name).mode(0777).link(target));
  }

  /** Adds a hard link. */
  public TarBuilder hardLink(String name, String target) {
    return add(TarEntryBuilder.of('1', name).link(target));
  }

  /** Adds a named pipe. */
  public TarBuilder fifo(String name) {
    return add(TarEntryBuilder.of('6', name));
  }

  /** Adds a character device. */
  public TarBuilder characterDevice(String name, long major, long minor) {
    return add(TarEntryBuilder.of('3', name).device(major, minor));
  }

  /** Adds a block device. */
  public TarBuilder blockDevice(String name, long major, long minor) {
    return add(TarEntryBuilder.of('4', name).device(major, minor));
  }

  /** Adds a whiteout of {@code directory/name}; {@code directory} is empty or ends with a slash. */
  public TarBuilder whiteout(String directory, String name) {
    return file(directory + ".wh." + name, "");
  }

  /** Adds the opaque marker of a directory, which is empty or ends with a slash. */
  public TarBuilder opaque(String directory) {
    return file(directory + ".wh..wh..opq", "");
  }

  /** Adds any member. */
  public TarBuilder add(TarEntryBuilder entry) {
    out.writeBytes(entry.toBytes());
    return this;
  }

  /** Adds a pax header ({@code x}) with this body. */
  public TarBuilder pax(String body) {
    return raw(extension('x', Name.encode(body)));
  }

  /** Adds a global pax header ({@code g}) with this body. */
  public TarBuilder global(String body) {
    return raw(extension('g', Name.encode(body)));
  }

  /** Adds a GNU long name ({@code L}) or long link target ({@code K}). */
  public TarBuilder gnuLong(char type, String text) {
    return raw(extension(type, Name.encode(text + "\0")));
  }

  /** Adds bytes as they are. */
  public TarBuilder raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** Returns the archive with its two end blocks. */
  public byte[] build() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(out.toByteArray());
    whole.writeBytes(new byte[2 * BLOCK]);
    return whole.toByteArray();
  }

  /** Returns the archive without end blocks. */
  public byte[] buildWithoutEnd() {
    return out.toByteArray();
  }

  /** Returns the archive with its end blocks, gzipped. */
  public byte[] buildGzip() {
    return gzip(build());
  }

  /** Returns bytes as one gzip member. */
  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  /** Returns one pax record: its own length, a space, key, equals sign, value, newline. */
  public static byte[] record(String key, byte[] value) {
    byte[] keyBytes = Name.encode(key);
    int rest = keyBytes.length + value.length + 3;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
    record.write(' ');
    record.writeBytes(keyBytes);
    record.write('=');
    record.writeBytes(value);
    record.write('\n');
    return record.toByteArray();
  }

  static byte[] records(Map<String, byte[]> records) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    records.forEach((key, value) -> body.writeBytes(record(key, value)));
    return body.toByteArray();
  }

  static byte[] extension(char type, byte[] body) {
    return TarEntryBuilder.of(type, "././@extension").data(body).withoutPax().toBytes();
  }

  static byte[] padded(byte[] data) {
    byte[] padded = new byte[(data.length + BLOCK - 1) / BLOCK * BLOCK];
    System.arraycopy(data, 0, padded, 0, data.length);
    return padded;
  }

  /** Writes the checksum of a header block into it. */
  public static void seal(byte[] block) {
    java.util.Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xFF;
    }
    byte[] field = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(field, 0, block, 148, 8);
  }
}
