package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.XATTR_ENTRY_SIZE;
import static dev.layerfs.erofs.ErofsFormat.XATTR_HEADER_SIZE;

import dev.layerfs.posix.Name;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Extended attributes as they follow an inode: a header that names no shared ones, then the attributes. */
final class XattrWriter {
  private XattrWriter() {}

  /** Returns the bytes that the attributes take, a multiple of 4; 0 if there are none. */
  static int size(SortedMap<Name, byte[]> xattrs) {
    if (xattrs.isEmpty()) {
      return 0;
    }
    long size = XATTR_HEADER_SIZE;
    for (Map.Entry<Name, byte[]> xattr : xattrs.entrySet()) {
      size += entrySize(
          xattr.getKey().length() - namespace(xattr.getKey()).prefix().length(), xattr.getValue());
    }
    return Math.toIntExact(size);
  }

  /** Returns {@code i_xattr_icount} for attributes of the given size. */
  static int count(int size) {
    return size == 0 ? 0 : 1 + (size - XATTR_HEADER_SIZE) / 4;
  }

  static byte[] encode(SortedMap<Name, byte[]> xattrs) {
    ByteBuffer out = ByteBuffer.allocate(size(xattrs)).order(ByteOrder.LITTLE_ENDIAN);
    out.position(XATTR_HEADER_SIZE);
    for (Map.Entry<Name, byte[]> xattr : xattrs.entrySet()) {
      XattrNamespace namespace = namespace(xattr.getKey());
      byte[] name = xattr.getKey().toBytes();
      int prefix = namespace.prefix().length();
      int end = out.position() + entrySize(name.length - prefix, xattr.getValue());
      out.put((byte) (name.length - prefix));
      out.put((byte) namespace.index());
      out.putShort((short) xattr.getValue().length);
      out.put(name, prefix, name.length - prefix);
      out.put(xattr.getValue());
      out.position(end);
    }
    return out.array();
  }

  private static int entrySize(int nameLength, byte[] value) {
    return (int) ErofsFormat.roundUp((long) XATTR_ENTRY_SIZE + nameLength + value.length, 4);
  }

  private static XattrNamespace namespace(Name name) {
    @Nullable XattrNamespace namespace = XattrNamespace.of(name);
    if (namespace == null) {
      throw new IllegalArgumentException("no EROFS namespace for " + name);
    }
    return namespace;
  }
}
