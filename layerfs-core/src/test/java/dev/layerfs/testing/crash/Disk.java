package dev.layerfs.testing.crash;

import dev.layerfs.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is on a disk: inodes, and directories that name them. Owners, modes and times are left out. */
final class Disk {
  private final int root;
  private final Map<Integer, Inode> inodes;
  private final Map<Integer, SortedMap<String, Integer>> directories;

  private Disk(
      int root, Map<Integer, Inode> inodes, Map<Integer, SortedMap<String, Integer>> directories) {
    this.root = root;
    this.inodes = inodes;
    this.directories = directories;
  }

  /**
   * An inode; directories' entries are not in it. Immutable.
   *
   * @param directory whether it is one
   * @param target of a symbolic link, else null
   * @param content of a file
   * @param attributes its user-defined attributes
   */
  record Inode(
      boolean directory,
      @Nullable String target,
      byte[] content,
      SortedMap<String, byte[]> attributes) {
    static Inode file() {
      return new Inode(false, null, new byte[0], new TreeMap<>());
    }

    static Inode ofDirectory() {
      return new Inode(true, null, new byte[0], new TreeMap<>());
    }

    static Inode link(String target) {
      return new Inode(false, target, new byte[0], new TreeMap<>());
    }

    Inode with(byte[] changed) {
      return new Inode(directory, target, changed, attributes);
    }

    Inode with(String name, byte @Nullable [] value) {
      SortedMap<String, byte[]> changed = new TreeMap<>(attributes);
      if (value == null) {
        changed.remove(name);
      } else {
        changed.put(name, value);
      }
      return new Inode(directory, target, content, changed);
    }
  }

  /** Reads the file system that a directory is the root of. */
  static Disk of(Path root) throws IOException {
    Disk disk = new Disk(inode(root), new HashMap<>(), new HashMap<>());
    disk.read(root);
    return disk;
  }

  /** The number of what is at a path, not of what a symbolic link leads to. */
  static int inode(Path path) throws IOException {
    return Objects.requireNonNull(attributes(path).fileKey()).hashCode();
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private int read(Path path) throws IOException {
    int number = inode(path);
    BasicFileAttributes attributes = attributes(path);
    Inode inode = attributes.isDirectory()
        ? Inode.ofDirectory()
        : attributes.isSymbolicLink()
            ? Inode.link(Files.readSymbolicLink(path).toString())
            : Inode.file().with(Files.readAllBytes(path));
    UserDefinedFileAttributeView view = view(path);
    for (String name : view.list()) {
      ByteBuffer value = ByteBuffer.allocate(view.size(name));
      view.read(name, value);
      inode = inode.with(name, value.array());
    }
    create(number, inode);
    if (attributes.isDirectory()) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          names(number).put(entry.getFileName().toString(), read(entry));
        }
      }
    }
    return number;
  }

  private static UserDefinedFileAttributeView view(Path path) {
    return Files.getFileAttributeView(
        path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  private void create(int number, Inode inode) {
    inodes.put(number, inode);
    if (inode.directory()) {
      directories.put(number, new TreeMap<>());
    }
  }

  private SortedMap<String, Integer> names(int directory) {
    return Objects.requireNonNull(directories.get(directory));
  }

  Disk copy() {
    Map<Integer, SortedMap<String, Integer>> names = new HashMap<>();
    directories.forEach((directory, entries) -> names.put(directory, new TreeMap<>(entries)));
    return new Disk(root, new HashMap<>(inodes), names);
  }

  void apply(Change change) {
    if (change instanceof Change.Create create) {
      create(create.inode(), create.content());
    } else if (change instanceof Change.Write write) {
      byte[] old = content(write.inode());
      byte[] content =
          Arrays.copyOf(old, Math.max(old.length, write.offset() + write.bytes().length));
      System.arraycopy(write.bytes(), 0, content, write.offset(), write.bytes().length);
      setContent(write.inode(), content);
    } else if (change instanceof Change.Truncate truncate) {
      setContent(truncate.inode(), Arrays.copyOf(content(truncate.inode()), truncate.length()));
    } else if (change instanceof Change.Attribute attribute) {
      inodes.computeIfPresent(
          attribute.inode(), (n, inode) -> inode.with(attribute.name(), attribute.value()));
    } else if (change instanceof Change.Names names) {
      names.names().forEach(this::apply);
    }
  }

  void apply(Change.Name name) {
    if (name.inode() == null) {
      names(name.directory()).remove(name.name());
    } else {
      names(name.directory()).put(name.name(), name.inode());
    }
  }

  byte[] content(int inode) {
    return Objects.requireNonNull(inodes.get(inode)).content();
  }

  void setContent(int inode, byte[] content) {
    inodes.computeIfPresent(inode, (n, old) -> old.with(content));
  }

  /** Writes it into an empty file system. */
  void write(Path directory) throws IOException {
    write(root, directory, new HashMap<>());
  }

  private void write(int number, Path path, Map<Integer, Path> written) throws IOException {
    Inode inode = Objects.requireNonNull(inodes.get(number));
    Path other = written.putIfAbsent(number, path);
    if (other != null && !inode.directory()) {
      Files.createLink(path, other);
      return;
    }
    if (inode.target() != null) {
      Files.createSymbolicLink(path, path.getFileSystem().getPath(inode.target()));
    } else if (!inode.directory()) {
      Files.write(path, inode.content());
    } else if (number != root) {
      Files.createDirectory(path);
    }
    for (Map.Entry<String, byte[]> attribute : inode.attributes().entrySet()) {
      view(path).write(attribute.getKey(), ByteBuffer.wrap(attribute.getValue()));
    }
    if (inode.directory()) {
      for (Map.Entry<String, Integer> entry : names(number).entrySet()) {
        write(entry.getValue(), path.resolve(entry.getKey()), written);
      }
    }
  }

  /** A digest of all that can be reached from the root. */
  Digest fingerprint() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    describe(root, "", out);
    return Digest.sha256(out.toByteArray());
  }

  private void describe(int number, String path, ByteArrayOutputStream out) throws IOException {
    Inode inode = Objects.requireNonNull(inodes.get(number));
    String head = path + "\0" + inode.directory() + "\0" + inode.target() + "\0";
    out.write(head.getBytes(StandardCharsets.UTF_8));
    out.write(Digest.sha256(inode.content()).encoded().getBytes(StandardCharsets.US_ASCII));
    for (Map.Entry<String, byte[]> attribute : inode.attributes().entrySet()) {
      out.write(attribute.getKey().getBytes(StandardCharsets.UTF_8));
      out.write(attribute.getValue());
    }
    if (inode.directory()) {
      for (Map.Entry<String, Integer> entry : names(number).entrySet()) {
        describe(entry.getValue(), path + "/" + entry.getKey(), out);
      }
    }
  }
}
