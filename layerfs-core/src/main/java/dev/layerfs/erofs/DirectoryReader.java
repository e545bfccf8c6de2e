package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.DIRENT_SIZE;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Directories of an image, searched by halves and listed in place. Thread-safe. */
final class DirectoryReader {
  private final Windows file;
  private final InodeTable inodes;
  private final int blockSize;

  DirectoryReader(Windows file, InodeTable inodes, int blockSize) {
    this.file = file;
    this.inodes = inodes;
    this.blockSize = blockSize;
  }

  /** Returns the nid that a name has in the directory at an address, -1 if none. Allocates nothing. */
  long lookup(long directory, Name name) throws IOException {
    long low = 0;
    long high = blocks(directory) - 1;
    while (low < high) { // the last block whose first name is not after the name
      long middle = low + (high - low + 1) / 2;
      long block = blockOffset(directory, middle);
      if (compare(name, block, blockLength(directory, middle), 0) < 0) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return high < 0 ? -1 : lookupInBlock(directory, low, name);
  }

  private long lookupInBlock(long directory, long index, Name name) throws IOException {
    long block = blockOffset(directory, index);
    int length = blockLength(directory, index);
    int low = 0;
    int high = count(block, length) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(name, block, length, middle);
      if (order == 0) {
        return nid(block, middle);
      } else if (order < 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return -1;
  }

  /** Returns the entries of the directory at an address, without {@code .} and {@code ..}, in the order of their bytes. */
  List<DirectoryEntry> list(long directory) throws IOException {
    List<DirectoryEntry> entries = new ArrayList<>();
    long blocks = blocks(directory);
    for (long i = 0; i < blocks; i++) {
      long block = blockOffset(directory, i);
      int length = blockLength(directory, i);
      int count = count(block, length);
      for (int k = 0; k < count; k++) {
        add(entries, block, length, k);
      }
    }
    return entries;
  }

  private void add(List<DirectoryEntry> entries, long block, int length, int k) throws IOException {
    int from = nameOffset(block, length, k);
    int to = nameEnd(block, length, k);
    if (isDots(block, from, to - from)) {
      return;
    }
    Name name = Name.ofBytes(file.bytes(block + from, to - from));
    if (!PathWalk.isLegal(name)) {
      throw file.corrupt("a name that no file can have");
    }
    long nid = nid(block, k);
    entries.add(new DirectoryEntry(name, type(block, k, nid), nid));
  }

  private boolean isDots(long block, int from, int length) throws IOException {
    return length <= 2
        && file.u8(block + from) == '.'
        && (length == 1 || file.u8(block + from + 1) == '.');
  }

  private long nid(long block, int k) throws IOException {
    return file.i64(block + (long) k * DIRENT_SIZE);
  }

  private FileType type(long block, int k, long nid) throws IOException {
    int number = file.u8(block + (long) k * DIRENT_SIZE + 10);
    return ErofsFormat.isDirentType(number)
        ? ErofsFormat.direntType(number)
        : inodes.type(inodes.locate(nid));
  }

  private long blocks(long directory) throws IOException {
    if (inodes.dataLayout(directory) == ErofsFormat.INODE_CHUNK_BASED) {
      throw file.corrupt("a directory in chunks");
    }
    return ErofsFormat.unitsOf(inodes.size(directory), blockSize);
  }

  private int blockLength(long directory, long index) throws IOException {
    return (int) Math.min(blockSize, inodes.size(directory) - index * blockSize);
  }

  private long blockOffset(long directory, long index) throws IOException {
    long block = inodes.flatOffset(directory, index * blockSize);
    file.require(block, blockLength(directory, index));
    return block;
  }

  private int count(long block, int length) throws IOException {
    if (length < DIRENT_SIZE) {
      throw file.corrupt("a directory block without entries");
    }
    int first = file.u16(block + 8);
    if (first < DIRENT_SIZE || first >= length || first % DIRENT_SIZE != 0) {
      throw file.corrupt("a directory block of impossible shape");
    }
    return first / DIRENT_SIZE;
  }

  private int compare(Name name, long block, int length, int k) throws IOException {
    int from = nameOffset(block, length, k);
    int to = nameEnd(block, length, k);
    return name.compareTo(file.window(block), file.index(block) + from, to - from);
  }

  private int nameOffset(long block, int length, int k) throws IOException {
    int offset = file.u16(block + (long) k * DIRENT_SIZE + 8);
    if (offset >= length) {
      throw file.corrupt("a name outside its directory block");
    }
    return offset;
  }

  /** Names touch; the last ends at a NUL or with the block. */
  private int nameEnd(long block, int length, int k) throws IOException {
    int from = nameOffset(block, length, k);
    int end;
    if (k + 1 < count(block, length)) {
      end = nameOffset(block, length, k + 1);
    } else {
      end = from;
      while (end < length && file.u8(block + end) != 0) {
        end++;
      }
    }
    if (end <= from || end - from > Name.MAX_LENGTH) {
      throw file.corrupt("a name of impossible length");
    }
    return end;
  }
}
