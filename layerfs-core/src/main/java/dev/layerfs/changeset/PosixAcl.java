package dev.layerfs.changeset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns an access control list as tars spell it ({@code user::rw-,user:joe:r--:1000,…}; star, GNU tar and libarchive) into
 * the value of {@code system.posix_acl_access} ({@code <linux/posix_acl_xattr.h>}). A named entry needs its number: a
 * changeset has no user database to look names up in.
 */
final class PosixAcl {
  private static final int VERSION = 2;
  private static final int USER = 0x02;
  private static final int GROUP_OBJECT = 0x04;
  private static final int GROUP = 0x08;
  private static final int MASK = 0x10;
  private static final int UNDEFINED_ID = -1;
  private static final long MAX_ID = 0xFFFF_FFFEL;

  private record Entry(int tag, int permissions, int id) {}

  private PosixAcl() {}

  /**
   * Reads an access control list.
   *
   * @throws IllegalArgumentException if it is not one, or names somebody without a number
   */
  static byte[] parse(byte[] text) {
    List<Entry> entries = new ArrayList<>();
    String acl = new String(text, StandardCharsets.ISO_8859_1);
    for (String line : acl.split("[,\n]")) {
      String entry = line.strip();
      if (!entry.isEmpty() && entry.charAt(0) != '#') {
        entries.add(entry(entry.split(":", -1)));
      }
    }
    addMissingMask(entries);
    entries.sort(
        Comparator.comparingInt(Entry::tag).thenComparing(Entry::id, Integer::compareUnsigned));
    ByteBuffer value = ByteBuffer.allocate(4 + 8 * entries.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(VERSION);
    for (Entry e : entries) {
      value.putShort((short) e.tag).putShort((short) e.permissions).putInt(e.id);
    }
    return value.array();
  }

  /** The kernel wants a mask beside named entries; {@code acl_calc_mask(3)} makes it of the group class. */
  private static void addMissingMask(List<Entry> entries) {
    boolean named = entries.stream().anyMatch(e -> e.tag == USER || e.tag == GROUP);
    boolean masked = entries.stream().anyMatch(e -> e.tag == MASK);
    if (named && !masked) {
      int groupClass = entries.stream()
          .filter(e -> e.tag == USER || e.tag == GROUP || e.tag == GROUP_OBJECT)
          .mapToInt(Entry::permissions)
          .reduce(0, (a, b) -> a | b);
      entries.add(new Entry(MASK, groupClass, UNDEFINED_ID));
    }
  }

  private static Entry entry(String[] fields) {
    // Solaris and old libarchive leave the empty name of mask and other out.
    boolean unnamed = fields.length == 2;
    String name = fields.length > 2 ? fields[1] : "";
    String permissions = fields.length < 2 ? "?" : fields[unnamed ? 1 : 2];
    int tag = tag(fields[0], !name.isEmpty());
    String id = fields.length > 3 ? fields[3] : name;
    return new Entry(tag, permissions(permissions), name.isEmpty() ? UNDEFINED_ID : id(id));
  }

  private static int tag(String kind, boolean named) {
    return switch (kind) {
      case "user", "u" -> named ? USER : 0x01;
      case "group", "g" -> named ? GROUP : GROUP_OBJECT;
      case "mask", "m" -> MASK;
      case "other", "o" -> 0x20;
      default -> throw new IllegalArgumentException("unknown kind of entry");
    };
  }

  private static int permissions(String text) {
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      bits |= switch (text.charAt(i)) {
        case 'r' -> 4;
        case 'w' -> 2;
        case 'x' -> 1;
        case '-' -> 0;
        default -> throw new IllegalArgumentException("unknown permission");
      };
    }
    return bits;
  }

  private static int id(String text) {
    byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
    long id = TarNumber.decimal(digits, 0, digits.length);
    if (id > MAX_ID) {
      throw new IllegalArgumentException("id out of range");
    }
    return (int) id;
  }
}
