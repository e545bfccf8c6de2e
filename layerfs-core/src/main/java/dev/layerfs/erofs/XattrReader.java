package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.XATTR_ENTRY_SIZE;
import static dev.layerfs.erofs.ErofsFormat.XATTR_HEADER_SIZE;

import dev.layerfs.posix.Name;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Extended attributes of an image's inodes, those behind the inode and those it shares with others. Thread-safe. */
final class XattrReader {
  private final Windows file;
  private final InodeTable inodes;
  private final long sharedOffset;

  XattrReader(Windows file, InodeTable inodes, Superblock superblock) {
    this.file = file;
    this.inodes = inodes;
    this.sharedOffset = superblock.xattrBlock() << superblock.blockBits();
  }

  /** Returns an attribute's value, or null. */
  byte @Nullable [] value(long inode, Name name) throws IOException {
    int size = inodes.xattrSize(inode);
    if (size == 0) {
      return null;
    }
    long at = inodes.xattrOffset(inode);
    long end = at + size;
    int shared = shared(at, size);
    for (int i = 0; i < shared; i++) {
      long entry = sharedEntry(at, i);
      if (matches(entry, name)) {
        return entryValue(entry);
      }
    }
    for (long entry = firstInline(at, shared); entry < end; entry = next(entry, end)) {
      if (matches(entry, name)) {
        return entryValue(entry);
      }
    }
    return null;
  }

  /** Returns all attributes by full name, in order. */
  SortedMap<Name, byte[]> all(long inode) throws IOException {
    int size = inodes.xattrSize(inode);
    if (size == 0) {
      return Collections.emptySortedMap();
    }
    SortedMap<Name, byte[]> all = new TreeMap<>();
    long at = inodes.xattrOffset(inode);
    long end = at + size;
    int shared = shared(at, size);
    for (int i = 0; i < shared; i++) {
      add(all, sharedEntry(at, i));
    }
    for (long entry = firstInline(at, shared); entry < end; entry = next(entry, end)) {
      add(all, entry);
    }
    return all;
  }

  private int shared(long at, int size) throws IOException {
    int count = file.u8(at + 4);
    if (XATTR_HEADER_SIZE + count * 4 > size) {
      throw file.corrupt("more shared attributes than there is room for");
    }
    file.require(at, size);
    return count;
  }

  private long sharedEntry(long at, int i) throws IOException {
    return sharedOffset + file.u32(at + XATTR_HEADER_SIZE + i * 4L) * 4;
  }

  private static long firstInline(long at, int shared) {
    return at + XATTR_HEADER_SIZE + shared * 4L;
  }

  private long next(long entry, long end) throws IOException {
    long next = entry
        + ErofsFormat.roundUp((long) XATTR_ENTRY_SIZE + nameLength(entry) + valueSize(entry), 4);
    if (next > end) {
      throw file.corrupt("an attribute longer than the room for it");
    }
    return next;
  }

  private int nameLength(long entry) throws IOException {
    return file.u8(entry);
  }

  private int valueSize(long entry) throws IOException {
    return file.u16(entry + 2);
  }

  private byte[] entryValue(long entry) throws IOException {
    return file.bytes(entry + XATTR_ENTRY_SIZE + nameLength(entry), valueSize(entry));
  }

  private void add(SortedMap<Name, byte[]> all, long entry) throws IOException {
    XattrNamespace namespace = namespace(entry);
    if (namespace == null) {
      return; // one that Linux would not show either
    }
    byte[] prefix = namespace.prefix().toBytes();
    byte[] rest = file.bytes(entry + XATTR_ENTRY_SIZE, nameLength(entry));
    byte[] name = new byte[prefix.length + rest.length];
    System.arraycopy(prefix, 0, name, 0, prefix.length);
    System.arraycopy(rest, 0, name, prefix.length, rest.length);
    all.put(Name.ofBytes(name), entryValue(entry));
  }

  private @Nullable XattrNamespace namespace(long entry) throws IOException {
    return XattrNamespace.ofIndex(file.u8(entry + 1));
  }

  private boolean matches(long entry, Name name) throws IOException {
    XattrNamespace namespace = namespace(entry);
    if (namespace == null) {
      return false;
    }
    Name prefix = namespace.prefix();
    int length = nameLength(entry);
    if (name.length() != prefix.length() + length || !name.startsWith(prefix)) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      int b = file.u8(entry + XATTR_ENTRY_SIZE + i);
      if (b != (name.byteAt(prefix.length() + i) & 0xFF)) {
        return false;
      }
    }
    return true;
  }
}
