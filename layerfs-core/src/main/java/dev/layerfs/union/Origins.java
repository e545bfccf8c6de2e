package dev.layerfs.union;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The inode numbers that symbolic links and special files had beneath the upper, or before it was converted: Linux allows them
 * no {@code user} attributes, so a file in {@code work/} has a line for each, the host's number and that one.
 */
final class Origins {
  private static final Pattern LINE = Pattern.compile("(\\d{1,19}) (\\d{1,19})");

  private final Path file;
  private final Map<Long, Long> byHostInode = new HashMap<>();

  /** Knows of no object: those of an upper that is yet to be made. */
  Origins(Path file) {
    this.file = file;
  }

  /** Reads what a file says, if there is one. */
  static Origins read(Path file) throws IOException {
    Origins origins = new Origins(file);
    origins.read();
    return origins;
  }

  private synchronized void read() throws IOException {
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
        Matcher m = LINE.matcher(line);
        if (m.matches()) { // a line that a crash cut short costs one constant number, not the upper
          byHostInode.put(Long.parseUnsignedLong(m.group(1)), Long.parseUnsignedLong(m.group(2)));
        }
      }
    }
  }

  /** Whether objects of a type have their number here, and not in an attribute. */
  static boolean areKept(FileType type) {
    return type != FileType.REGULAR && type != FileType.DIRECTORY;
  }

  synchronized @Nullable Long of(Stat stat) {
    return areKept(stat.type()) ? byHostInode.get(stat.inode()) : null;
  }

  synchronized void add(long hostInode, long inode) throws PosixException {
    String line = hostInode + " " + inode + "\n";
    try {
      Files.writeString(
          file,
          line,
          StandardCharsets.US_ASCII,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw HostErrors.of(e, file);
    }
    byHostInode.put(hostInode, inode);
  }

  /** An object was born whose host inode may have been that of another, which is no more. */
  synchronized void born(long hostInode, long inode) throws PosixException {
    if (byHostInode.containsKey(hostInode)) {
      add(hostInode, inode);
    }
  }
}
