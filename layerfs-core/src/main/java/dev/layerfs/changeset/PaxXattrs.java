package dev.layerfs.changeset;

import dev.layerfs.oci.Limits;
import dev.layerfs.posix.Name;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The extended attributes among the records of a pax header, in all their spellings. Where an attribute is there in several
 * of them, {@code SCHILY.xattr} counts: it is the only one that Go, and so every container engine, reads.
 */
final class PaxXattrs {
  private static final byte[] SCHILY = "SCHILY.xattr.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LIBARCHIVE = "LIBARCHIVE.xattr.".getBytes(StandardCharsets.US_ASCII);
  private static final Name SELINUX = Name.of("security.selinux");
  private static final Name ACCESS_ACL = Name.of("system.posix_acl_access");
  private static final Name DEFAULT_ACL = Name.of("system.posix_acl_default");

  private final ArchivePlace place;
  private final Limits limits;
  private final Notes notes;
  private final TreeMap<Name, byte[]> schily = new TreeMap<>();
  private final TreeMap<Name, byte[]> others = new TreeMap<>();

  PaxXattrs(ArchivePlace place, Limits limits, Notes notes) {
    this.place = place;
    this.limits = limits;
    this.notes = notes;
  }

  /** Tells whether a record is for {@link #accept}. */
  static boolean isXattr(byte[] key) {
    return startsWith(key, SCHILY) || startsWith(key, LIBARCHIVE) || plainName(key) != null;
  }

  void accept(byte[] key, byte[] value) throws IOException {
    Name plain = plainName(key);
    if (plain != null) {
      acceptPlain(plain, value);
    } else if (startsWith(key, SCHILY)) {
      put(schily, Name.ofBytes(key, SCHILY.length, key.length), value);
    } else {
      put(others, percentDecoded(key, LIBARCHIVE.length), base64Decoded(value));
    }
  }

  private static @Nullable Name plainName(byte[] key) {
    return switch (new String(key, StandardCharsets.ISO_8859_1)) {
      case "RHT.security.selinux" -> SELINUX;
      case "SCHILY.acl.access" -> ACCESS_ACL;
      case "SCHILY.acl.default" -> DEFAULT_ACL;
      default -> null;
    };
  }

  private void acceptPlain(Name name, byte[] value) throws IOException {
    if (name.equals(SELINUX)) {
      put(others, name, value);
      return;
    }
    try {
      put(others, name, PosixAcl.parse(value));
    } catch (IllegalArgumentException e) {
      notes.add(place, "dropped an access control list: " + e.getMessage());
    }
  }

  private void put(Map<Name, byte[]> map, Name name, byte[] value) throws IOException {
    if (name.length() == 0) {
      throw place.malformed("extended attribute without a name");
    }
    if (name.length() > limits.maxNameBytes()) {
      throw place.exceeds("maxNameBytes", limits.maxNameBytes());
    }
    if (value.length > limits.maxXattrBytes()) {
      throw place.exceeds("maxXattrBytes", limits.maxXattrBytes());
    }
    byte[] before = map.put(name, value);
    if (before != null && !Arrays.equals(before, value)) {
      throw place.malformed("two values for one extended attribute");
    }
  }

  SortedMap<Name, byte[]> toMap() {
    TreeMap<Name, byte[]> all = others;
    all.putAll(schily);
    return Collections.unmodifiableSortedMap(all);
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private Name percentDecoded(byte[] key, int from) throws IOException {
    ByteArrayOutputStream name = new ByteArrayOutputStream(key.length - from);
    for (int i = from; i < key.length; i++) {
      if (key[i] != '%') {
        name.write(key[i]);
        continue;
      }
      int high = i + 2 < key.length ? Character.digit(key[i + 1], 16) : -1;
      int low = i + 2 < key.length ? Character.digit(key[i + 2], 16) : -1;
      if (high < 0 || low < 0 || high + low == 0) {
        throw place.malformed("LIBARCHIVE.xattr name is not percent-encoded");
      }
      name.write(high << 4 | low);
      i += 2;
    }
    return Name.ofBytes(name.toByteArray());
  }

  private byte[] base64Decoded(byte[] value) throws IOException {
    try {
      return Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw place.malformed("LIBARCHIVE.xattr value is not base64");
    }
  }
}
