package dev.layerfs.examples;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of a root file system, of any type, and the path it was found at.
 *
 * @param view where it is
 * @param node the file
 * @param path its absolute path; bytes that are not UTF-8 appear as U+DC80 to U+DCFF
 */
record RootFile(PosixView view, Node node, String path) {
  private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);

  /**
   * Finds a file.
   *
   * @param view where it is
   * @param path its path; links in it lead nowhere outside the root
   * @param last what to do with a symbolic link at its end
   * @return the file
   * @throws PosixException {@code ENOENT} if there is none, or what prevents finding it
   */
  static RootFile find(PosixView view, String path, LastLink last) throws PosixException {
    byte[] bytes = Name.encode(path);
    Node node;
    try {
      node = new Resolver(view).resolve(bytes, last).existing();
    } catch (PosixException e) {
      throw new PosixException(e.errno(), path, e); // it names only the part that is missing
    }
    StringBuilder plain = new StringBuilder();
    for (Name name : Resolver.split(bytes)) {
      plain.append('/').append(name);
    }
    return new RootFile(view, node, plain.isEmpty() ? "/" : plain.toString());
  }

  FileType type() {
    return node.type();
  }

  boolean isDirectory() {
    return node.type() == FileType.DIRECTORY;
  }

  /** Returns the last name of the path; empty for the root. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  Stat stat() throws PosixException {
    return view.stat(node);
  }

  /** Returns a symbolic link's target as text. */
  String target() throws PosixException {
    return Name.decode(view.readLink(node));
  }

  /** Returns what is in the directory, sorted by name. */
  List<RootFile> children() throws PosixException {
    List<RootFile> children = new ArrayList<>();
    String prefix = path.endsWith("/") ? path : path + "/";
    for (DirectoryEntry entry : view.list(node)) {
      Node child = view.lookup(node, entry.name());
      if (child != null) { // else it was removed since
        children.add(new RootFile(view, child, prefix + entry.name()));
      }
    }
    return children;
  }

  /**
   * Returns all that is known of the file, for JSON: the times in nanoseconds since the epoch.
   *
   * @return path, attributes, a link's target, extended attributes if there are any
   */
  Map<String, Object> document() throws PosixException {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("path", path);
    document.putAll(attributes(stat()));
    if (type() == FileType.SYMLINK) {
      document.put("target", target());
    }
    Map<String, String> xattrs = xattrs();
    if (!xattrs.isEmpty()) {
      document.put("xattrs", xattrs);
    }
    return document;
  }

  /**
   * Returns attributes for JSON: times in nanoseconds since the epoch, the mode in octal.
   *
   * @param stat the attributes
   * @return the members of an object
   */
  static Map<String, Object> attributes(Stat stat) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", typeName(stat.type()));
    document.put("mode", String.format(Locale.ROOT, "%04o", stat.mode()));
    document.put("uid", stat.uid());
    document.put("gid", stat.gid());
    document.put("size", stat.size());
    document.put("nlink", stat.links());
    document.put("ino", stat.inode());
    document.put("mtime", nanos(stat.mtimeSeconds(), stat.mtimeNanos()));
    document.put("atime", nanos(stat.atimeSeconds(), stat.atimeNanos()));
    document.put("ctime", nanos(stat.ctimeSeconds(), stat.ctimeNanos()));
    document.put("rdev", List.of(stat.rdevMajor(), stat.rdevMinor()));
    return document;
  }

  /** Returns extended attributes, their values in base64. */
  Map<String, String> xattrs() throws PosixException {
    Map<String, String> xattrs = new LinkedHashMap<>();
    for (Name name : view.xattrs(node)) {
      byte[] value = view.xattr(node, name);
      if (value != null) {
        xattrs.put(name.toString(), Base64.getEncoder().encodeToString(value));
      }
    }
    return xattrs;
  }

  /** Returns nanoseconds since the epoch; images may hold times beyond the range of {@code long}. */
  static BigInteger nanos(long seconds, int nanos) {
    return BigInteger.valueOf(seconds).multiply(NANOS).add(BigInteger.valueOf(nanos));
  }

  /**
   * Returns a point in time, the inverse of {@link #nanos}.
   *
   * @throws ArithmeticException if it is beyond what POSIX can say
   */
  static Timespec timespec(BigInteger nanos) {
    BigInteger fraction = nanos.mod(NANOS);
    return new Timespec(
        nanos.subtract(fraction).divide(NANOS).longValueExact(), fraction.intValueExact());
  }

  /** Returns the file type of a name as {@link #typeName} gives it, or null. */
  static @Nullable FileType typeNamed(String name) {
    for (FileType type : FileType.values()) {
      if (typeName(type).equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** Returns the name of a file type in JSON and in text. */
  static String typeName(FileType type) {
    return switch (type) {
      case REGULAR -> "file";
      case DIRECTORY -> "dir";
      case SYMLINK -> "symlink";
      case FIFO -> "fifo";
      case SOCKET -> "socket";
      case CHARACTER_DEVICE -> "char";
      case BLOCK_DEVICE -> "block";
    };
  }
}
