package dev.layerfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation is done on the same small tree twice, through the door and through the JDK's own provider: results,
 * exceptions and their texts must be the same.
 */
@EnabledOnOs(OS.LINUX)
final class ProviderDifferentialTest {
  @TempDir
  Path temp;

  private final Map<String, Operation> operations = new LinkedHashMap<>();
  private final AtomicInteger cases = new AtomicInteger();

  /** An operation in a directory that holds what {@link #fill} puts there. */
  @FunctionalInterface
  private interface Operation {
    Object on(Path base) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> sameAsTheDefaultProvider() {
    reading();
    readingUnderFiles();
    opening();
    creating();
    deleting();
    linking();
    moving();
    copying();
    attributes();
    settingAttributes();
    return operations.entrySet().stream()
        .map(entry -> dynamicTest(entry.getKey(), () -> compare(entry.getValue())));
  }

  private void compare(Operation operation) throws IOException {
    Path expected = Files.createDirectory(temp.resolve("case" + cases.incrementAndGet()));
    fill(expected);
    try (FileSystem door = LayerFileSystem.of(new ModelView(), "test")) {
      Path actual = Files.createDirectory(door.getPath("/case"));
      fill(actual);
      assertEquals(
          Outcome.of(expected, () -> operation.on(expected)),
          Outcome.of(actual, () -> operation.on(actual)));
      assertEquals(Trees.describe(expected), Trees.describe(actual), "the trees afterwards");
    }
  }

  private static void fill(Path base) throws IOException {
    Files.writeString(base.resolve("file"), "content");
    Files.writeString(base.resolve("other"), "");
    Files.createDirectory(base.resolve("empty"));
    Files.createDirectory(base.resolve("full"));
    Files.writeString(base.resolve("full/entry"), "x");
    Files.createDirectory(base.resolve("full/sub"));
    Path name = base.resolve("n").getFileName();
    Files.createSymbolicLink(base.resolve("link"), name.resolveSibling("file"));
    Files.createSymbolicLink(base.resolve("dangling"), name.resolveSibling("nowhere"));
    Files.createSymbolicLink(base.resolve("loop"), name.resolveSibling("loop"));
    Files.createSymbolicLink(base.resolve("dirlink"), name.resolveSibling("full"));
    Files.createSymbolicLink(base.resolve("up"), name.resolveSibling("full/sub/../../file"));
    Files.createLink(base.resolve("hard"), base.resolve("file"));
  }

  private void add(String name, Operation operation) {
    if (operations.put(name, operation) != null) {
      throw new IllegalStateException("two operations are called " + name);
    }
  }

  private void reading() {
    for (String name : List.of("file", "link", "up", "dangling", "loop", "full", "none", ".")) {
      add("read " + name, b -> Files.readString(b.resolve(name)));
      add("exists " + name, b -> Files.exists(b.resolve(name)));
      add("exists nofollow " + name, b -> Files.exists(b.resolve(name), NOFOLLOW_LINKS));
      add("notExists " + name, b -> Files.notExists(b.resolve(name)));
      add("isDirectory " + name, b -> Files.isDirectory(b.resolve(name)));
      add("isRegularFile " + name, b -> Files.isRegularFile(b.resolve(name)));
      add("isSymbolicLink " + name, b -> Files.isSymbolicLink(b.resolve(name)));
      add("isHidden " + name, b -> Files.isHidden(b.resolve(name)));
      add("isWritable " + name, b -> Files.isWritable(b.resolve(name)));
      add("isExecutable " + name, b -> Files.isExecutable(b.resolve(name)));
      add("readSymbolicLink " + name, b -> Files.readSymbolicLink(b.resolve(name)));
      add("list " + name, b -> list(b.resolve(name)));
      add("toRealPath " + name, b -> b.resolve(name).toRealPath());
      add("toRealPath nofollow " + name, b -> b.resolve(name).toRealPath(NOFOLLOW_LINKS));
      add("isSameFile " + name, b -> Files.isSameFile(b.resolve(name), b.resolve("hard")));
      add("getFileStore " + name, b -> Files.getFileStore(b.resolve(name)) != null);
    }
    add("real path through links", b -> b.resolve("dirlink/sub/../../link").toRealPath());
    add("real path nofollow", b -> b.resolve("dirlink/./../link").toRealPath(NOFOLLOW_LINKS));
    add("real path nofollow dirs", b -> b.resolve("full/../link").toRealPath(NOFOLLOW_LINKS));
    add("same path need not exist", b -> Files.isSameFile(b.resolve("no"), b.resolve("no")));
    add("mismatch", b -> Files.mismatch(b.resolve("file"), b.resolve("other")));
    for (String name : List.of("a.html", "a.png", "a.tar.gz", "a.nosuch", "none")) {
      add("content type of " + name, b -> Files.probeContentType(b.resolve(name)));
    }
    add("long name", b -> Files.exists(b.resolve("x".repeat(256))));
    add("read through link", b -> Files.readString(b.resolve("dirlink/entry")));
    add("read past dots", b -> Files.readString(b.resolve("full/../full/./entry")));
    add("dots past nothing", b -> Files.readString(b.resolve("none/../file")));
  }

  private static List<String> list(Path directory) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(path -> names.add(path.toString()));
    }
    return new ArrayList<>(names);
  }

  private void readingUnderFiles() {
    add("size under file", b -> Files.size(b.resolve("file/x")));
    add("isDirectory under file", b -> Files.isDirectory(b.resolve("file/x")));
    add("isReadable under file", b -> Files.isReadable(b.resolve("file/x")));
    add("dots under file", b -> Files.size(b.resolve("file/..")));
  }

  private void opening() {
    List<List<OpenOption>> options = List.of(
        List.of(),
        List.of(READ),
        List.of(WRITE),
        List.of(APPEND),
        List.of(READ, WRITE),
        List.of(READ, APPEND),
        List.of(APPEND, TRUNCATE_EXISTING),
        List.of(READ, TRUNCATE_EXISTING),
        List.of(WRITE, TRUNCATE_EXISTING),
        List.of(CREATE),
        List.of(READ, CREATE_NEW),
        List.of(WRITE, CREATE),
        List.of(WRITE, CREATE, NOFOLLOW_LINKS),
        List.of(WRITE, CREATE_NEW),
        List.of(APPEND, CREATE),
        List.of(WRITE, CREATE, TRUNCATE_EXISTING),
        List.of(READ, NOFOLLOW_LINKS),
        List.of(READ, DELETE_ON_CLOSE),
        List.of(WRITE, CREATE, DELETE_ON_CLOSE));
    for (String name :
        List.of("file", "link", "dangling", "loop", "empty", "none", "none/x", "file/x", ".")) {
      for (List<OpenOption> option : options) {
        add("open " + name + " " + option, b -> use(b.resolve(name), option));
        add("open asynchronously " + name + " " + option, b -> await(b.resolve(name), option));
      }
    }
    add(
        "open asynchronously with an unknown option",
        b -> await(b.resolve("file"), List.of(new OpenOption() {})));
    add("open with an unknown option", b -> use(b.resolve("file"), List.of(new OpenOption() {})));
    add("input stream", b -> Files.newInputStream(b.resolve("file"), WRITE));
    add("output stream", b -> Files.newOutputStream(b.resolve("file"), READ));
    add("write", b -> Files.writeString(b.resolve("dangling"), "made").getFileName());
    add("lines", b -> Files.write(b.resolve("file"), List.of("a", "b"), APPEND).getFileName());
  }

  /** Opens, asks for all that can differ, writes if it can. */
  private static String use(Path file, List<OpenOption> options) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, options.toArray(new OpenOption[0]))) {
      StringBuilder seen = new StringBuilder();
      seen.append(channel.position()).append(' ');
      seen.append(Files.isDirectory(file) ? "directory" : channel.size()).append(' ');
      seen.append(Files.exists(file)).append(' ');
      ByteBuffer buffer = ByteBuffer.wrap("written".getBytes(StandardCharsets.US_ASCII));
      seen.append(Outcome.of(file, () -> channel.write(buffer))).append(' ');
      seen.append(channel.position()).append(' ');
      seen.append(Outcome.of(file, () -> channel.position(1).read(ByteBuffer.allocate(3))));
      seen.append(' ').append(channel.position());
      return seen.toString();
    }
  }

  /** Opens an asynchronous channel, asks for all that can differ, writes if it can. */
  private static String await(Path file, List<OpenOption> options) throws IOException {
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(file, options.toArray(new OpenOption[0]))) {
      StringBuilder seen = new StringBuilder();
      seen.append(Files.isDirectory(file) ? "directory" : channel.size()).append(' ');
      seen.append(Files.exists(file)).append(' ');
      ByteBuffer buffer = ByteBuffer.wrap("written".getBytes(StandardCharsets.US_ASCII));
      seen.append(Outcome.of(file, () -> result(channel.write(buffer, 2)))).append(' ');
      ByteBuffer target = ByteBuffer.allocate(3);
      return seen.append(Outcome.of(file, () -> result(channel.read(target, 1))))
          .toString();
    }
  }

  private static Object result(Future<?> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw (IOException) e.getCause();
    }
  }

  private void creating() {
    for (String name :
        List.of("new", "file", "empty", "dangling", "loop", "file/x", "none/x", "dirlink/x", ".")) {
      add("createFile " + name, b -> Files.createFile(b.resolve(name)));
      add("createDirectory " + name, b -> Files.createDirectory(b.resolve(name)));
      add("createDirectories " + name, b -> Files.createDirectories(b.resolve(name)));
      add("createSymbolicLink " + name, b -> link(b.resolve(name), "file"));
      add("createLink " + name, b -> Files.createLink(b.resolve(name), b.resolve("other")));
    }
    add("createDirectories deep", b -> Files.createDirectories(b.resolve("a/b/c")));
    add("createFile long name", b -> Files.createFile(b.resolve("x".repeat(256))));
    add("owner at creation", b -> Files.createFile(b.resolve("new"), attribute("owner:owner")));
    add("unknown at creation", b -> Files.createDirectory(b.resolve("new"), attribute("a:b")));
    add("permissions", b -> Files.createFile(b.resolve("new"), permissions("rwxr-x---")));
    add("private", b -> Files.createDirectory(b.resolve("new"), permissions("rwx------")));
    add("link with permissions", b -> link(b.resolve("new"), "x", permissions("rwx------")));
  }

  private static Path link(Path link, String target, FileAttribute<?>... attributes)
      throws IOException {
    return Files.createSymbolicLink(link, link.getFileSystem().getPath(target), attributes);
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static FileAttribute<?> attribute(String name) {
    return new FileAttribute<String>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String value() {
        return "value";
      }
    };
  }

  private void deleting() {
    for (String name : List.of(
        "file",
        "link",
        "dangling",
        "loop",
        "dirlink",
        "empty",
        "full",
        "none",
        "none/x",
        "file/x",
        "full/.",
        "full/..",
        "full/../file",
        "dirlink/entry")) {
      add("delete " + name, b -> delete(b.resolve(name)));
      add("deleteIfExists " + name, b -> Files.deleteIfExists(b.resolve(name)));
    }
    add("delete the root", b -> delete(b.resolve("/")));
  }

  private static String delete(Path path) throws IOException {
    Files.delete(path);
    return "deleted";
  }

  private void linking() {
    add("link to a directory", b -> Files.createLink(b.resolve("new"), b.resolve("full")));
    add("link to a link", b -> Files.createLink(b.resolve("new"), b.resolve("link")));
    add("link to nothing", b -> Files.createLink(b.resolve("new"), b.resolve("none")));
    add("link to itself", b -> Files.createLink(b.resolve("file"), b.resolve("file")));
    add("symlink to nothing", b -> link(b.resolve("new"), ""));
    add("symlink kept verbatim", b -> link(b.resolve("new"), "../a/./b"));
  }

  private void moving() {
    List<CopyOption[]> options = List.of(
        new CopyOption[] {},
        new CopyOption[] {REPLACE_EXISTING},
        new CopyOption[] {ATOMIC_MOVE},
        new CopyOption[] {NOFOLLOW_LINKS},
        new CopyOption[] {COPY_ATTRIBUTES});
    transfer("move", options, Files::move);
    add("move the root", b -> Files.move(b.resolve("/"), b.resolve("new")));
    add("move dots", b -> Files.move(b.resolve("full/."), b.resolve("new")));
  }

  private void copying() {
    List<CopyOption[]> options = List.of(
        new CopyOption[] {},
        new CopyOption[] {REPLACE_EXISTING},
        new CopyOption[] {REPLACE_EXISTING, NOFOLLOW_LINKS},
        new CopyOption[] {COPY_ATTRIBUTES},
        new CopyOption[] {ATOMIC_MOVE});
    transfer("copy", options, Files::copy);
    for (String mode : List.of("4751", "2777", "1644")) {
      add("copy of mode " + mode, b -> copyWithMode(b.resolve("file"), mode));
      add("copy of directory " + mode, b -> copyWithMode(b.resolve("full"), mode));
      add(
          "copy with attributes " + mode,
          b -> copyWithMode(b.resolve("file"), mode, COPY_ATTRIBUTES));
    }
    add("copy user attributes", ProviderDifferentialTest::copyUserAttribute);
    add("copy from stream", b -> copyStream(b.resolve("file"), b.resolve("new")));
    add("copy from stream onto", b -> copyStream(b.resolve("file"), b.resolve("other")));
  }

  @FunctionalInterface
  private interface Transfer {
    Path apply(Path from, Path to, CopyOption... options) throws IOException;
  }

  private void transfer(String name, List<CopyOption[]> options, Transfer transfer) {
    for (String from : List.of("file", "hard", "link", "dangling", "empty", "full", "none")) {
      for (String to : List.of(
          "new", "file", "link", "empty", "full", "dirlink", "none/x", "other/x", "full/x")) {
        for (CopyOption[] option : options) {
          if (from.equals("link") && to.equals("link")) {
            continue; // the JDK deletes the link, then looks for what it led to
          }
          add(
              name + " " + from + " to " + to + " " + List.of(option),
              b -> transfer.apply(b.resolve(from), b.resolve(to), option).getFileName());
        }
      }
    }
  }

  private static String copyWithMode(Path from, String mode, CopyOption... options)
      throws IOException {
    Files.setAttribute(from, "unix:mode", Integer.parseInt(mode, 8));
    Files.setLastModifiedTime(from, FileTime.fromMillis(86_400_000));
    Path copy = Files.copy(from, from.resolveSibling("new"), options);
    boolean sameTime = Files.getLastModifiedTime(copy).equals(FileTime.fromMillis(86_400_000));
    return Integer.toOctalString((Integer) Files.getAttribute(copy, "unix:mode")) + sameTime;
  }

  private static Object copyUserAttribute(Path base) throws IOException {
    Files.setAttribute(base.resolve("file"), "user:a", new byte[] {1});
    Files.copy(base.resolve("file"), base.resolve("new"), COPY_ATTRIBUTES);
    Files.copy(base.resolve("file"), base.resolve("new2"));
    return Files.readAttributes(base.resolve("new"), "user:*").keySet()
        + ""
        + Files.readAttributes(base.resolve("new2"), "user:*").keySet();
  }

  private static Object copyStream(Path from, Path to) throws IOException {
    try (var in = Files.newInputStream(from)) {
      return Files.copy(in, to);
    }
  }

  private void attributes() {
    for (String names : List.of(
        "size",
        "*",
        "basic:size,*",
        "posix:*",
        "owner:*",
        "unix:*",
        "unix:nlink,mode",
        "",
        "basic:",
        ":size",
        "bogus",
        "bogus:x",
        "posix:mode",
        "unix:x",
        "user:*")) {
      add(
          "attributes " + names,
          b -> new TreeMap<>(Files.readAttributes(b.resolve("file"), names)).keySet());
    }
    add("getAttribute of two", b -> Files.getAttribute(b.resolve("file"), "size,isOther"));
    for (String name : List.of("file", "link", "dangling", "loop", "empty", "none")) {
      add("basic " + name, b -> basic(b.resolve(name)));
      add(
          "mode " + name,
          b -> new TreeMap<>(Files.readAttributes(b.resolve(name), "unix:mode,nlink")));
      add(
          "permissions " + name,
          b -> new TreeSet<>(Files.getPosixFilePermissions(b.resolve(name))));
      add("owner is root's " + name, b -> Files.getOwner(b.resolve(name)) != null);
    }
    add("types", ProviderDifferentialTest::types);
    add("unknown class", b -> Files.readAttributes(b.resolve("file"), MoreAttributes.class));
  }

  private interface MoreAttributes extends BasicFileAttributes {}

  private static String basic(Path path) throws IOException {
    BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    String kind = "" + a.isDirectory() + a.isRegularFile() + a.isSymbolicLink() + a.isOther();
    boolean key = a.fileKey().equals(Files.getAttribute(path, "fileKey", NOFOLLOW_LINKS));
    return kind + (a.isDirectory() ? "" : a.size()) + key;
  }

  private static Object types(Path base) throws IOException {
    Map<String, String> types = new TreeMap<>();
    Files.readAttributes(base.resolve("file"), "unix:*").forEach((name, value) -> {
      boolean own = value.getClass().getPackageName().startsWith("java.");
      types.put(name, own ? value.getClass().getSimpleName() : "");
    });
    types.remove("permissions"); // some set
    return types;
  }

  private void settingAttributes() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("lastModifiedTime", FileTime.fromMillis(1_000));
    values.put("basic:lastAccessTime", FileTime.fromMillis(-1_000));
    values.put("creationTime", FileTime.fromMillis(0));
    values.put("posix:permissions", PosixFilePermissions.fromString("r-xr-----"));
    values.put("unix:mode", 02751);
    values.put("unix:nlink", 7);
    values.put("size", 3L);
    values.put("basic:permissions", PosixFilePermissions.fromString("r-xr-----"));
    values.put("bogus:x", 1);
    values.put("owner:x", 1);
    values.put("posix:x", 1);
    values.put("user:x", new byte[] {1, 2, 3});
    values.put("user:y", ByteBuffer.allocate(5));
    values.forEach((name, value) -> {
      for (String file : List.of("file", "link", "empty", "none")) {
        add(
            "set " + name + " of " + file,
            b -> Files.setAttribute(b.resolve(file), name, value).getFileName());
      }
      add("set " + name + " wrongly", b -> Files.setAttribute(b.resolve("file"), name, "x"));
    });
    add("set no time", b -> Files.setAttribute(b.resolve("file"), "lastModifiedTime", null));
    add("set no owner", b -> Files.setOwner(b.resolve("file"), null));
    add("set a foreign owner", b -> Files.setOwner(b.resolve("file"), () -> "x"));
    add(
        "numeric principals",
        b -> b.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName("4711")
            .getName());
    add(
        "unknown principals",
        b -> b.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("no such"));
    add("time to the nanosecond", ProviderDifferentialTest::nanoseconds);
    add("view names", ProviderDifferentialTest::viewNames);
  }

  private static Object nanoseconds(Path base) throws IOException {
    FileTime time = FileTime.from(Instant.ofEpochSecond(5, 123_456_789));
    return Files.getLastModifiedTime(Files.setLastModifiedTime(base.resolve("file"), time));
  }

  private static Object viewNames(Path base) {
    Path file = base.resolve("none");
    return Files.getFileAttributeView(file, PosixFileAttributeView.class).name()
        + Files.getFileAttributeView(file, UserDefinedFileAttributeView.class).name();
  }
}
