package dev.layerfs.recipe;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/**
 * Where the files of a layer begin, by their first bytes. Files lie in the order of the tar, so of several that begin alike
 * the next one is meant. Takes 16 bytes of memory for each file.
 */
final class FileHeads {
  /** How many bytes of a file count: a block of a tar, which like a block of a layer file is filled with zeros. */
  static final int LENGTH = 512;

  private static final int WINDOW = 16 << 10;

  private final long[] offsets;
  private final long[] keys;

  private FileHeads(long[] offsets, long[] keys) {
    this.offsets = offsets;
    this.keys = keys;
  }

  static FileHeads read(Path layerFile) throws IOException {
    long[] offsets = offsets(layerFile);
    long[] keys = new long[offsets.length];
    byte[] head = new byte[LENGTH];
    try (LayerBytes bytes = LayerBytes.open(layerFile, WINDOW)) {
      for (int i = 0; i < offsets.length; i++) {
        if (!bytes.read(offsets[i], head)) {
          throw new StoreCorruptException(
              layerFile.toString(), "damaged: content outside the file");
        }
        keys[i] = key(head, 0, i);
      }
    }
    Arrays.sort(keys);
    return new FileHeads(offsets, keys);
  }

  private static long[] offsets(Path layerFile) throws IOException {
    LongStream.Builder offsets = LongStream.builder();
    try (ErofsImage image = ErofsImage.open(layerFile, List.of())) {
      Deque<Long> directories = new ArrayDeque<>(List.of(image.root()));
      for (long seen = 0; !directories.isEmpty(); seen++) {
        if (seen > image.inodes()) {
          throw new StoreCorruptException(layerFile.toString(), "directories that form a loop");
        }
        for (DirectoryEntry entry : image.list(directories.pop())) {
          if (entry.type() == FileType.DIRECTORY) {
            directories.push(entry.inode());
          } else if (entry.type() == FileType.REGULAR && image.size(entry.inode()) > 0) {
            offsets.add(image.extent(entry.inode()).offset());
          }
        }
      }
    }
    return offsets.build().sorted().distinct().toArray();
  }

  /** Sorted by the bytes, then by the place in the layer file. */
  private static long key(byte[] bytes, int from, int index) {
    CRC32C hash = new CRC32C();
    hash.update(bytes, from, LENGTH);
    return hash.getValue() << Integer.SIZE | index;
  }

  /**
   * Finds a file that seems to begin with some bytes.
   *
   * @param from where they are; as many as {@link #LENGTH}
   * @param next the file that is expected: the first one from there on is taken, else the first of all
   * @return its number, -1 if there is none
   */
  int find(byte[] bytes, int from, int next) {
    long key = key(bytes, from, next);
    int after = find(key);
    return after >= 0 ? after : find(key - next);
  }

  private int find(long key) {
    int found = Arrays.binarySearch(keys, key);
    int place = found < 0 ? -found - 1 : found;
    boolean isSame = place < keys.length && keys[place] >>> Integer.SIZE == key >>> Integer.SIZE;
    return isSame ? (int) keys[place] : -1;
  }

  /** Returns where a file begins. */
  long offset(int file) {
    return offsets[file];
  }
}
