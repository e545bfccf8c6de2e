package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a file of the upper whose holes are content of the image: which content that is, and which record says what is
 * not. A number could be another inode's in an image tree that was made anew, so size and time go with it.
 *
 * @param record what the record is called; a file never has that of another
 * @param nid the image's inode
 * @param size its size, in bytes
 * @param seconds its modification time
 * @param nanos the rest of that
 */
record SparseMark(String record, long nid, long size, long seconds, int nanos) {
  private static final Pattern TEXT =
      Pattern.compile("([0-9a-f]{16}) (\\d{1,18}) (\\d{1,18}) (-?\\d{1,18}) (\\d{1,9})");

  /** Returns the mark of a new copy. */
  static SparseMark of(long nid, Stat stat) {
    String record = String.format("%016x", ThreadLocalRandom.current().nextLong());
    return new SparseMark(record, nid, stat.size(), stat.mtimeSeconds(), stat.mtimeNanos());
  }

  /** Reads a mark; null if it is none. */
  static @Nullable SparseMark parse(byte[] value) {
    Matcher text = TEXT.matcher(new String(value, StandardCharsets.US_ASCII));
    return text.matches()
        ? new SparseMark(
            text.group(1),
            Long.parseLong(text.group(2)),
            Long.parseLong(text.group(3)),
            Long.parseLong(text.group(4)),
            Integer.parseInt(text.group(5)))
        : null;
  }

  byte[] toBytes() {
    String text = record + ' ' + nid + ' ' + size + ' ' + seconds + ' ' + nanos;
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the inode is still the one that was copied up. */
  boolean isOf(Lower lower) throws PosixException {
    if (size == 0 || lower.isChanged(nid) || lower.type(nid) != FileType.REGULAR) {
      return false;
    }
    Stat stat = lower.stat(nid);
    return stat.size() == size && stat.mtimeSeconds() == seconds && stat.mtimeNanos() == nanos;
  }
}
