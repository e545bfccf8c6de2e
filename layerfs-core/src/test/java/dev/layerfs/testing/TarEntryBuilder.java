package dev.layerfs.testing;

import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One member of a tar that {@link TarBuilder} writes: right by default, and wrong in every way a test asks for. What does
 * not fit into the ustar header goes into a pax header before it.
 */
public final class TarEntryBuilder {
  /** The magic and version of a header block. */
  public enum Format {
    /** No magic at all. */
    V7(""),
    /** POSIX.1-1988, and pax. */
    USTAR("ustar\00000"),
    /** GNU tar before pax. */
    GNU("ustar  \0");

    private final String magic;

    Format(String magic) {
      this.magic = magic;
    }
  }

  private static final long MAX_OCTAL_11 = (1L << 33) - 1;
  private static final long MAX_OCTAL_7 = (1L << 21) - 1;

  private final byte[] name;
  private final char type;
  private Format format = Format.USTAR;
  private byte[] link = new byte[0];
  private byte[] data = new byte[0];
  private int mode = 0644;
  private long uid;
  private long gid;
  private long mtimeSeconds;
  private int mtimeNanos;
  private long major;
  private long minor;
  private boolean addsRecords = true;
  private final Map<String, byte[]> records = new LinkedHashMap<>();
  private final Map<Integer, byte[]> patches = new LinkedHashMap<>();
  private @Nullable String checksum;

  private TarEntryBuilder(String name, char type) {
    this.name = Name.encode(name);
    this.type = type;
  }

  /** A member of any type flag. */
  public static TarEntryBuilder of(char type, String name) {
    return new TarEntryBuilder(name, type);
  }

  /** A regular file. */
  public static TarEntryBuilder file(String name, byte[] content) {
    return of('0', name).data(content);
  }

  /** A directory. */
  public static TarEntryBuilder directory(String name) {
    return of('5', name).mode(0755);
  }

  /** Sets the header's flavour. */
  public TarEntryBuilder format(Format value) {
    format = value;
    return this;
  }

  /** Sets the link target. */
  public TarEntryBuilder link(String target) {
    link = Name.encode(target);
    return this;
  }

  /** Sets the body; the size field follows it unless patched. */
  public TarEntryBuilder data(byte[] content) {
    data = content;
    return this;
  }

  /** Sets the mode. */
  public TarEntryBuilder mode(int value) {
    mode = value;
    return this;
  }

  /** Sets the owner. */
  public TarEntryBuilder owner(long user, long group) {
    uid = user;
    gid = group;
    return this;
  }

  /** Sets the modification time. */
  public TarEntryBuilder mtime(long seconds, int nanos) {
    mtimeSeconds = seconds;
    mtimeNanos = nanos;
    return this;
  }

  /** Sets the device numbers. */
  public TarEntryBuilder device(long majorNumber, long minorNumber) {
    major = majorNumber;
    minor = minorNumber;
    return this;
  }

  /** Adds a pax record. */
  public TarEntryBuilder record(String key, byte[] value) {
    records.put(key, value);
    return this;
  }

  /** Adds a pax record. */
  public TarEntryBuilder record(String key, String value) {
    return record(key, Name.encode(value));
  }

  /** Adds an extended attribute. */
  public TarEntryBuilder xattr(String key, byte[] value) {
    return record("SCHILY.xattr." + key, value);
  }

  /** Overwrites bytes of the header block; the checksum is computed afterwards. */
  public TarEntryBuilder patch(int offset, byte[] bytes) {
    patches.put(offset, bytes);
    return this;
  }

  /** Overwrites bytes of the header block; the checksum is computed afterwards. */
  public TarEntryBuilder patch(int offset, String bytes) {
    return patch(offset, bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Overwrites the size field with an octal number. */
  public TarEntryBuilder headerSize(long size) {
    return patch(124, String.format("%011o\0", size));
  }

  /** Writes these eight characters in place of the right checksum. */
  public TarEntryBuilder checksum(String field) {
    checksum = field;
    return this;
  }

  /** Writes numbers that do not fit as base-256 and long names truncated, never adding a pax record of its own. */
  public TarEntryBuilder withoutPax() {
    addsRecords = false;
    return this;
  }

  byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, byte[]> pax = new LinkedHashMap<>(records);
    if (addsRecords) {
      addNeededRecords(pax);
    }
    if (!pax.isEmpty()) {
      out.writeBytes(TarBuilder.extension('x', TarBuilder.records(pax)));
    }
    out.writeBytes(header());
    out.writeBytes(TarBuilder.padded(data));
    return out.toByteArray();
  }

  private void addNeededRecords(Map<String, byte[]> pax) {
    if (name.length > 100) {
      pax.putIfAbsent("path", name);
    }
    if (link.length > 100) {
      pax.putIfAbsent("linkpath", link);
    }
    if (uid > MAX_OCTAL_7) {
      pax.putIfAbsent("uid", ascii(Long.toString(uid)));
    }
    if (gid > MAX_OCTAL_7) {
      pax.putIfAbsent("gid", ascii(Long.toString(gid)));
    }
    if (mtimeNanos != 0 || mtimeSeconds < 0 || mtimeSeconds > MAX_OCTAL_11) {
      pax.putIfAbsent("mtime", ascii(decimalTime()));
    }
  }

  /** Nanoseconds count forward in {@code mtime()}, but a pax time's fraction has its sign. */
  private String decimalTime() {
    java.math.BigDecimal time =
        java.math.BigDecimal.valueOf(mtimeSeconds).add(java.math.BigDecimal.valueOf(mtimeNanos, 9));
    return time.toPlainString();
  }

  private byte[] header() {
    byte[] block = new byte[TarBuilder.BLOCK];
    put(block, 0, name, 100);
    number(block, 100, 8, mode);
    number(block, 108, 8, uid);
    number(block, 116, 8, gid);
    number(block, 124, 12, data.length);
    number(block, 136, 12, mtimeSeconds);
    block[156] = (byte) type;
    put(block, 157, link, 100);
    put(block, 257, ascii(format.magic), 8);
    number(block, 329, 8, major);
    number(block, 337, 8, minor);
    patches.forEach((offset, bytes) -> put(block, offset, bytes, bytes.length));
    TarBuilder.seal(block);
    if (checksum != null) {
      put(block, 148, ascii(checksum), 8);
    }
    return block;
  }

  private void number(byte[] block, int offset, int width, long value) {
    boolean fits = value >= 0 && value < 1L << 3 * (width - 1);
    if (fits) {
      put(block, offset, ascii(String.format("%0" + (width - 1) + "o\0", value)), width);
    } else if (!addsRecords) {
      for (int i = width - 1, shift = 0; i >= 0; i--, shift += 8) {
        block[offset + i] = (byte) (shift < 64 ? value >> shift : value >> 63);
      }
      block[offset] |= (byte) 0x80;
    }
  }

  private static void put(byte[] block, int offset, byte[] bytes, int width) {
    System.arraycopy(bytes, 0, block, offset, Math.min(bytes.length, width));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
