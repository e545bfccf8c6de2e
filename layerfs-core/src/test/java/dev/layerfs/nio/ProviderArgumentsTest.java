package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.testing.ModelView;
import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Nulls and paths of other providers: what the JDK's own provider throws for them, the door throws too. */
@EnabledOnOs(OS.LINUX)
final class ProviderArgumentsTest {
  @TempDir
  Path temp;

  private final FileSystem door = LayerFileSystem.of(new ModelView(), "arguments");
  private final FileSystem jimfs = Jimfs.newFileSystem(Configuration.unix());
  private final Path foreign = jimfs.getPath("/work");
  private final Map<String, Operation> operations = new LinkedHashMap<>();

  /** An operation of a provider on a file that exists. */
  @FunctionalInterface
  private interface Operation {
    Object on(FileSystemProvider provider, Path file) throws Exception;
  }

  @AfterEach
  void close() throws IOException {
    door.close();
    jimfs.close();
  }

  private void add(String name, Operation operation) {
    operations.put(name, operation);
  }

  @TestFactory
  Stream<DynamicTest> areRefusedAsTheDefaultProviderRefusesThem() throws IOException {
    paths("null", null);
    paths("a foreign path", foreign);
    add("input null", (p, f) -> p.newInputStream(null)); // a foreign path the JDK would open
    options();
    attributes();
    pathMethods();
    fileStores();
    Path expected = Files.writeString(temp.resolve("file"), "x");
    Path actual = Files.writeString(door.getPath("/file"), "x");
    return operations.entrySet().stream()
        .map(entry -> dynamicTest(
            entry.getKey(),
            () -> assertEquals(
                outcome(expected, entry.getValue()), outcome(actual, entry.getValue()))));
  }

  private static String outcome(Path file, Operation operation) {
    return Outcome.of(
        file.getParent().equals(file.getRoot()) ? file : file.getParent(),
        () -> describe(operation.on(file.getFileSystem().provider(), file)));
  }

  /** Only what is the same for every provider. */
  private static String describe(Object result) {
    return result instanceof Boolean ? result.toString() : result == null ? "null" : "a result";
  }

  private void paths(String what, Path path) {
    CopyOption[] none = {};
    add("open " + what, (p, f) -> p.newByteChannel(path, Set.of()));
    add("openFile " + what, (p, f) -> p.newFileChannel(path, Set.of()));
    add("openAsync " + what, (p, f) -> p.newAsynchronousFileChannel(path, Set.of(), null));
    add("output " + what, (p, f) -> p.newOutputStream(path));
    add("list " + what, (p, f) -> p.newDirectoryStream(path, e -> true));
    add("mkdir " + what, (p, f) -> run(() -> p.createDirectory(path)));
    add("symlink at " + what, (p, f) -> run(() -> p.createSymbolicLink(path, f)));
    add("symlink to " + what, (p, f) -> run(() -> p.createSymbolicLink(f, path)));
    add("link at " + what, (p, f) -> run(() -> p.createLink(path, f)));
    add("link to " + what, (p, f) -> run(() -> p.createLink(f, path)));
    add("readlink " + what, (p, f) -> p.readSymbolicLink(path));
    add("delete " + what, (p, f) -> run(() -> p.delete(path)));
    add("deleteIfExists " + what, (p, f) -> p.deleteIfExists(path));
    add("copy from " + what, (p, f) -> run(() -> p.copy(path, f, none)));
    add("copy to " + what, (p, f) -> run(() -> p.copy(f, path, none)));
    add("move from " + what, (p, f) -> run(() -> p.move(path, f, none)));
    add("move to " + what, (p, f) -> run(() -> p.move(f, path, none)));
    add("isSameFile as " + what, (p, f) -> p.isSameFile(f, path));
    add("isHidden " + what, (p, f) -> p.isHidden(path));
    add("getFileStore " + what, (p, f) -> p.getFileStore(path));
    add("checkAccess " + what, (p, f) -> run(() -> p.checkAccess(path)));
    add("view " + what, (p, f) -> p.getFileAttributeView(path, BasicFileAttributeView.class));
    add("read " + what, (p, f) -> p.readAttributes(path, BasicFileAttributes.class));
    add("read by name " + what, (p, f) -> p.readAttributes(path, "size"));
    add("set " + what, (p, f) -> run(() -> p.setAttribute(path, "size", 1)));
  }

  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  private static Object run(Action action) throws IOException {
    action.run();
    return "done";
  }

  private void options() {
    add("open with null options", (p, f) -> p.newByteChannel(f, null));
    add("open with a null option", (p, f) -> Files.newByteChannel(f, (OpenOption) null));
    add(
        "open with null attributes",
        (p, f) -> p.newByteChannel(f, Set.of(), (FileAttribute<?>[]) null));
    add(
        "create with a null attribute",
        (p, f) -> Files.createFile(f.resolveSibling("new"), (FileAttribute<?>) null));
    add("openAsync with null options", (p, f) -> p.newAsynchronousFileChannel(f, null, null));
    add("input with a null option", (p, f) -> p.newInputStream(f, (OpenOption) null));
    add("input with null options", (p, f) -> p.newInputStream(f, (OpenOption[]) null));
    add("output with a null option", (p, f) -> p.newOutputStream(f, (OpenOption) null));
    add("output with null options", (p, f) -> p.newOutputStream(f, (OpenOption[]) null));
    add("output to read", (p, f) -> p.newOutputStream(f, StandardOpenOption.READ));
    add("list with a null filter", (p, f) -> p.newDirectoryStream(f.getParent(), null));
    add(
        "mkdir with a null attribute",
        (p, f) -> Files.createDirectory(f.resolveSibling("d1"), (FileAttribute<?>) null));
    add(
        "symlink with a null attribute",
        (p, f) -> Files.createSymbolicLink(f.resolveSibling("l"), f, (FileAttribute<?>) null));
    add(
        "copy with a null option",
        (p, f) -> Files.copy(f, f.resolveSibling("c1"), (CopyOption) null));
    add(
        "move with a null option",
        (p, f) -> Files.move(f.resolveSibling("none"), f, (CopyOption) null));
    add("checkAccess with a null mode", (p, f) -> run(() -> p.checkAccess(f, (AccessMode) null)));
    add("checkAccess with null modes", (p, f) -> run(() -> p.checkAccess(f, (AccessMode[]) null)));
    add("exists with a null option", (p, f) -> Files.exists(f, (LinkOption) null));
    add("isDirectory with a null option", (p, f) -> Files.isDirectory(f, (LinkOption) null));
    add("toRealPath with a null option", (p, f) -> f.toRealPath((LinkOption) null));
  }

  private void attributes() {
    add("a null view", (p, f) -> p.getFileAttributeView(f, null));
    add(
        "a view with a null option",
        (p, f) -> p.getFileAttributeView(f, BasicFileAttributeView.class, (LinkOption) null));
    add(
        "attributes of a null type",
        (p, f) -> p.readAttributes(f, (Class<BasicFileAttributes>) null));
    add("null attributes", (p, f) -> p.readAttributes(f, (String) null));
    add(
        "attributes with a null option",
        (p, f) -> p.readAttributes(f, BasicFileAttributes.class, (LinkOption) null));
    add("set a null attribute", (p, f) -> run(() -> p.setAttribute(f, null, 1)));
    add("set null permissions", (p, f) -> run(() -> p.setAttribute(f, "posix:permissions", null)));
    add("set a null mode", (p, f) -> run(() -> p.setAttribute(f, "unix:mode", null)));
    add("set a null user attribute", (p, f) -> run(() -> p.setAttribute(f, "user:x", null)));
    add("set a null group", (p, f) -> run(() -> p.setAttribute(f, "posix:group", null)));
    add(
        "set null permissions by view",
        (p, f) -> run(() ->
            Files.getFileAttributeView(f, PosixFileAttributeView.class).setPermissions(null)));
    add(
        "set a null group by view",
        (p, f) -> run(
            () -> Files.getFileAttributeView(f, PosixFileAttributeView.class).setGroup(null)));
  }

  private void pathMethods() {
    add("resolve null", (p, f) -> f.resolve((Path) null));
    add("resolve a null string", (p, f) -> f.resolve((String) null));
    add("resolve a foreign path", (p, f) -> f.resolve(foreign));
    add("relativize null", (p, f) -> f.relativize(null));
    add("relativize a foreign path", (p, f) -> f.relativize(foreign));
    add("startsWith null", (p, f) -> f.startsWith((Path) null));
    add("startsWith a foreign path", (p, f) -> f.startsWith(foreign));
    add("endsWith null", (p, f) -> f.endsWith((Path) null));
    add("endsWith a foreign path", (p, f) -> f.endsWith(foreign));
    add("compareTo null", (p, f) -> f.compareTo(null));
    add("compareTo a foreign path", (p, f) -> f.compareTo(foreign));
    add("equals null", (p, f) -> f.equals(null));
    add("getPath of null", (p, f) -> f.getFileSystem().getPath(null));
    add("getPath of a null part", (p, f) -> f.getFileSystem().getPath("a", (String) null));
    add("getPath of null parts", (p, f) -> f.getFileSystem().getPath("a", (String[]) null));
    add("a null matcher", (p, f) -> f.getFileSystem().getPathMatcher(null));
    add("a matcher of no kind", (p, f) -> f.getFileSystem().getPathMatcher("a"));
    add("a matcher of another kind", (p, f) -> f.getFileSystem().getPathMatcher("x:a"));
    add("match null", (p, f) -> f.getFileSystem().getPathMatcher("glob:*").matches(null));
    add("register with null", (p, f) -> f.register(null));
    add(
        "null principal",
        (p, f) -> f.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(null));
  }

  private void fileStores() {
    for (String name :
        new String[] {"totalSpace", "usableSpace", "unallocatedSpace", "bogus", "", "x:y", null}) {
      add("store attribute " + name, (p, f) -> p.getFileStore(f).getAttribute(name));
    }
    add("store view null", (p, f) -> p.getFileStore(f).getFileStoreAttributeView(null));
    add(
        "store supports null",
        (p, f) -> p.getFileStore(f).supportsFileAttributeView((String) null));
    add(
        "store supports a null type",
        (p, f) ->
            p.getFileStore(f).supportsFileAttributeView((Class<BasicFileAttributeView>) null));
  }

  /** The JDK's own provider takes the first path for one of its own; the contract says that the answer is no. */
  @Test
  void aForeignPathIsAnotherFile() throws IOException {
    Path own = Files.writeString(door.getPath("/file"), "x");
    assertEquals(false, door.provider().isSameFile(foreign, own));
    assertEquals(false, Files.isSameFile(own, foreign));
    assertThrows(NullPointerException.class, () -> door.provider().isSameFile(null, own));
  }

  @Test
  void theFiguresOfAStoreAreThoseOfItsAttributes() throws IOException {
    FileStore store = Files.getFileStore(door.getPath("/"));
    assertEquals(store.getTotalSpace(), store.getAttribute("totalSpace"));
    assertEquals(store.getUsableSpace(), store.getAttribute("usableSpace"));
    assertEquals(store.getUnallocatedSpace(), store.getAttribute("unallocatedSpace"));
    assertEquals(4096, store.getBlockSize());
  }
}
