package dev.layerfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardOpenOption.APPEND;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Locale;

/**
 * Operations on a file, a link or a directory that has versions: content, attributes and the link's target tell which. Each
 * operation returns the version that it was done with.
 *
 * @param name what the operation does
 * @param file {@code file}, {@code link} or {@code directory}: what it looks up
 * @param operation the operation
 */
record ReplacedFileCases(String name, String file, Operation operation) {
  private static final String ATTRIBUTE = "user:version";
  private static final String TARGET = "target-";

  /** An operation in the directory of the files. */
  interface Operation {
    /** Does it. */
    String in(Path root) throws Exception;
  }

  /** Makes the files of a version in an empty directory. */
  static void fill(Path root, String version) throws IOException {
    makeTarget(root, version);
    for (String file : List.of("file", "link", "directory")) {
      replace(root, file, version);
    }
  }

  /** Makes what links of a version point to. */
  static void makeTarget(Path root, String version) throws IOException {
    Path directory = Files.createDirectory(root.resolve(TARGET + version));
    Files.writeString(directory.resolve("inner"), version);
  }

  /** Gives a name to another file at once. */
  static void replace(Path root, String file, String version) throws IOException {
    Path next = root.resolve("next");
    switch (file) {
      case "file" -> Files.writeString(next, version);
      case "directory" -> Files.createDirectory(next);
      default ->
        Files.createSymbolicLink(next, next.resolveSibling(TARGET + version).getFileName());
    }
    if (!file.equals("link")) {
      Files.setAttribute(next, ATTRIBUTE, version.getBytes(US_ASCII));
    }
    Files.move(next, root.resolve(file), ATOMIC_MOVE);
  }

  /** Returns operations that only look, and may be done by many at a time. */
  static List<ReplacedFileCases> reading() {
    return List.of(
        file("read", root -> Files.readString(root.resolve("file"))),
        file("read asynchronously", ReplacedFileCases::readAsynchronously),
        file("attribute", root -> version(root.resolve("file"))),
        file("all attributes", root -> allAttributes(root.resolve("file"))),
        link("target", root -> version(Files.readSymbolicLink(root.resolve("link")))),
        link("content beyond", root -> Files.readString(root.resolve("link/inner"))),
        link("real path", root -> version(root.resolve("link").toRealPath())),
        link("list", root -> listed(root.resolve("link"))),
        directory("attribute", root -> version(root.resolve("directory"))));
  }

  /** Returns operations that change something: files are left as they were, but for attributes of this version. */
  static List<ReplacedFileCases> changing() {
    return List.of(
        file("append", root -> {
          Files.writeString(root.resolve("file"), "", APPEND);
          return version(root.resolve("file"));
        }),
        file("permissions", root -> {
          Path file = root.resolve("file");
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
          return Files.isExecutable(file) ? version(file) : "unchanged";
        }),
        file("owner", root -> {
          Files.setAttribute(root.resolve("file"), "unix:uid", 7);
          boolean set = Files.getAttribute(root.resolve("file"), "unix:uid").equals(7);
          return set ? version(root.resolve("file")) : "unchanged";
        }),
        file("time", root -> {
          FileTime time = FileTime.fromMillis(1_000);
          Path file = Files.setLastModifiedTime(root.resolve("file"), time);
          return Files.getLastModifiedTime(file).equals(time) ? version(file) : "unchanged";
        }),
        file("set an attribute", root -> {
          String old = version(root.resolve("file"));
          byte[] value = old.toUpperCase(Locale.ROOT).getBytes(US_ASCII);
          Files.setAttribute(root.resolve("file"), ATTRIBUTE, value);
          return version(root.resolve("file")).toLowerCase(Locale.ROOT);
        }),
        file("remove an attribute", root -> {
          Path file = root.resolve("file");
          Files.getFileAttributeView(file, UserDefinedFileAttributeView.class).delete("version");
          return Files.readAttributes(file, "user:*").isEmpty()
              ? Files.readString(file)
              : "unchanged";
        }));
  }

  /** Returns operations that make or remove names. */
  static List<ReplacedFileCases> naming() {
    return List.of(
        file("copy", root -> Files.readString(copy(root, "file"))),
        file("copy with attributes", root -> version(copy(root, "file"))),
        file("move", root -> Files.readString(move(root, "file"))),
        link("copy", root -> version(Files.readSymbolicLink(copy(root, "link")))),
        link("copy from beyond", root -> Files.readString(copy(root, "link/inner"))),
        link("move from beyond", root -> Files.readString(move(root, "link/inner"))),
        link("create beyond", root -> made(root, Files.createFile(root.resolve("link/made")))),
        link(
            "create a directory beyond",
            root -> made(root, Files.createDirectory(root.resolve("link/made")))),
        link(
            "create a link beyond",
            root -> made(
                root,
                Files.createSymbolicLink(root.resolve("link/made"), root.resolve("no-where")))),
        link(
            "create a hard link beyond",
            root -> made(
                root, Files.createLink(root.resolve("link/made"), root.resolve("link/inner")))),
        link("delete beyond", root -> {
          Files.delete(root.resolve("link/inner"));
          return Files.exists(root.resolve("link/inner")) ? "elsewhere" : "new";
        }),
        directory("copy", root -> version(copy(root, "directory"))));
  }

  private static ReplacedFileCases file(String name, Operation operation) {
    return new ReplacedFileCases(name, "file", operation);
  }

  private static ReplacedFileCases link(String name, Operation operation) {
    return new ReplacedFileCases(name, "link", operation);
  }

  private static ReplacedFileCases directory(String name, Operation operation) {
    return new ReplacedFileCases(name, "directory", operation);
  }

  private static String readAsynchronously(Path root) throws Exception {
    try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(root.resolve("file"))) {
      ByteBuffer content = ByteBuffer.allocate((int) channel.size());
      channel.read(content, 0).get();
      return new String(content.array(), US_ASCII);
    }
  }

  private static String allAttributes(Path file) throws IOException {
    Object value = Files.readAttributes(file, "user:*").get("version");
    return new String((byte[]) value, US_ASCII);
  }

  private static String listed(Path directory) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      return Files.readString(stream.iterator().next());
    }
  }

  private static Path copy(Path root, String file) throws IOException {
    return Files.copy(root.resolve(file), root.resolve("copy"), COPY_ATTRIBUTES, NOFOLLOW_LINKS);
  }

  private static Path move(Path root, String file) throws IOException {
    return Files.move(root.resolve(file), root.resolve("moved"));
  }

  /** What was made beyond a link is where the link points now. */
  private static String made(Path root, Path made) throws IOException {
    Path target = Files.readSymbolicLink(root.resolve("link"));
    Path there = root.resolve(target).resolve(made.getFileName());
    return Files.exists(there, NOFOLLOW_LINKS) ? version(target) : "elsewhere";
  }

  /** Returns the version of a file by its attribute; that of a link's target by its name. */
  private static String version(Path file) throws IOException {
    String name = file.getFileName().toString();
    return name.startsWith(TARGET)
        ? name.substring(TARGET.length())
        : new String((byte[]) Files.getAttribute(file, ATTRIBUTE), US_ASCII);
  }

  @Override
  public String toString() {
    return file + ": " + name;
  }
}
