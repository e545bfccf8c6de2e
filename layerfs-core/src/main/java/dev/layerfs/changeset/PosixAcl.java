package dev.layerfs.changeset;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Acl.Entry;
import dev.layerfs.posix.Acl.Tag;
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
  private static final long MAX_ID = 0xFFFF_FFFEL;

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
    entries.sort(Comparator.comparing(Entry::tag).thenComparingLong(Entry::id));
    return new Acl(entries).toBytes();
  }

  /** The kernel wants a mask beside named entries; {@code acl_calc_mask(3)} makes it of the group class. */
  private static void addMissingMask(List<Entry> entries) {
    boolean named = entries.stream().anyMatch(e -> e.tag() == Tag.USER || e.tag() == Tag.GROUP);
    boolean masked = entries.stream().anyMatch(e -> e.tag() == Tag.MASK);
    if (named && !masked) {
      int groupClass = entries.stream()
          .filter(e -> e.tag() != Tag.USER_OBJ && e.tag() != Tag.OTHER)
          .mapToInt(Entry::permissions)
          .reduce(0, (a, b) -> a | b);
      entries.add(new Entry(Tag.MASK, groupClass, Entry.NO_ID));
    }
  }

  private static Entry entry(String[] fields) {
    // Solaris and old libarchive leave the empty name of mask and other out.
    boolean unnamed = fields.length == 2;
    String name = fields.length > 2 ? fields[1] : "";
    String permissions = fields.length < 2 ? "?" : fields[unnamed ? 1 : 2];
    Tag tag = tag(fields[0], !name.isEmpty());
    String id = fields.length > 3 ? fields[3] : name;
    return new Entry(tag, permissions(permissions), name.isEmpty() ? Entry.NO_ID : id(id));
  }

  private static Tag tag(String kind, boolean named) {
    return switch (kind) {
      case "user", "u" -> named ? Tag.USER : Tag.USER_OBJ;
      case "group", "g" -> named ? Tag.GROUP : Tag.GROUP_OBJ;
      case "mask", "m" -> Tag.MASK;
      case "other", "o" -> Tag.OTHER;
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

  private static long id(String text) {
    byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
    long id = TarNumber.decimal(digits, 0, digits.length);
    if (id > MAX_ID) {
      throw new IllegalArgumentException("id out of range");
    }
    return id;
  }
}
