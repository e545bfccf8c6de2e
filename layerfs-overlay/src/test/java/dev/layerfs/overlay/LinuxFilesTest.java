package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.CreatedFile;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JDK's host files can't do, as other programs see it. */
@EnabledOnOs(OS.LINUX)
final class LinuxFilesTest {
  private static final Name NO_TEXT = Name.ofBytes(new byte[] {'a', (byte) 0xFF, '%', ' ', '\n'});
  /** {@code u::rwx,u:77:rwx,g::r-x,m::rwx,o::r-x} as {@code <linux/posix_acl_xattr.h>} has it. */
  private static final byte[] DEFAULT_LIST = HexFormat.of()
      .parseHex("02000000"
          + "01000700ffffffff"
          + "020007004d000000"
          + "04000500ffffffff"
          + "10000700ffffffff"
          + "20000500ffffffff");

  private static final int LEVELS = Integer.getInteger("layerfs.removal.levels", 1_500);

  private Path container;
  private Path upper;

  @BeforeEach
  void makeContainer(@TempDir Path temp) throws IOException {
    Tool.assume("id");
    assumeTrue(Tool.run(List.of("id", "-u")).output().equals("0\n"), "needs root");
    // A path that would be another one if it were taken for an escaped one.
    container = Files.createDirectory(temp.resolve("c%41nt"));
    upper = container.resolve("upper");
    Files.createDirectory(container.resolve("work"));
  }

  private HostFiles open(String label) throws PosixException {
    HostFiles files = new LinuxFilesFactory().open(label, container.resolve("work"));
    files.create(upper, FileType.DIRECTORY, 0755, 0, 0);
    return files;
  }

  private Path file(HostFiles files, String name) throws PosixException {
    Path place = files.resolve(upper, Name.of(name));
    files.create(place, FileType.REGULAR, 0640, 0, 0);
    return place;
  }

  private static void fails(Errno errno, Executable operation) {
    PosixException e = assertThrows(PosixException.class, operation);
    assertEquals(errno, e.errno(), e.getMessage());
  }

  private String shown(String... command) throws IOException {
    Tool.Result result = Tool.run(List.of(command));
    assertEquals(0, result.status(), result.output());
    return result.output();
  }

  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void whiteoutsShareAnInode(String label) throws IOException {
    HostFiles files = open(label);
    Path one = files.resolve(upper, Name.of("one"));
    Path other = files.resolve(upper, Name.of("other"));
    for (Path place : List.of(one, other)) {
      files.create(place, FileType.CHARACTER_DEVICE, 0, 0, 0);
    }
    assertEquals(files.stat(one).inode(), files.stat(other).inode());
    files.delete(one);
    files.create(one, FileType.CHARACTER_DEVICE, 0, 0, 0);
    fails(Errno.EEXIST, () -> files.create(one, FileType.CHARACTER_DEVICE, 0, 0, 0));
    Path nowhere = files.resolve(files.resolve(upper, Name.of("missing")), Name.of("x"));
    fails(Errno.ENOENT, () -> files.create(nowhere, FileType.CHARACTER_DEVICE, 0, 0, 0));
  }

  /** The process's umask, which the JVM can't change, takes nothing; what a mode has beyond permissions is not for one step. */
  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void filesAreMadeInOneStepOrNotAtAll(String label) throws IOException {
    Tool.assume("stat");
    HostFiles files = open(label);
    Path place = files.resolve(upper, Name.of("made"));
    CreatedFile made = Objects.requireNonNull(files.createOpen(place, 0777));
    try (FileChannel content = made.content()) {
      assertEquals(files.stat(place).inode(), made.inode());
      assertEquals(1, content.write(ByteBuffer.allocate(1)));
    }
    assertEquals(
        "regular file 777 0:0 1\n", shown("stat", "-c", "%F %a %u:%g %s", place.toString()));
    fails(Errno.EEXIST, () -> files.createOpen(place, 0777));
    assertEquals(1, files.stat(place).size());
    Path other = files.resolve(upper, Name.of("other"));
    assertNull(files.createOpen(other, 04755));
    files.setOwnerAndMode(upper, 0, 5, 02755);
    assertNull(files.createOpen(other, 0600), "the directory gives it another group");
    fails(Errno.ENOENT, () -> files.stat(other));
    Path nowhere = files.resolve(files.resolve(upper, Name.of("missing")), Name.of("x"));
    fails(Errno.ENOENT, () -> files.createOpen(nowhere, 0600));
  }

  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void specialFilesAreReal(String label) throws IOException {
    Tool.assume("stat");
    HostFiles files = open(label);
    Map<FileType, String> special = Map.of(
        FileType.FIFO, "fifo 4640 5:6 0,0",
        FileType.SOCKET, "socket 4640 5:6 0,0",
        FileType.CHARACTER_DEVICE, "character special file 4640 5:6 1,46e28",
        FileType.BLOCK_DEVICE, "block special file 4640 5:6 1,46e28");
    for (Map.Entry<FileType, String> each : special.entrySet()) {
      Path place = files.resolve(upper, Name.of(each.getKey().name()));
      files.create(place, each.getKey(), 0600, 1, 290_344);
      files.setOwnerAndMode(place, 5, 6, 04640);
      assertEquals(
          each.getValue() + "\n", shown("stat", "-c", "%F %a %u:%g %t,%T", place.toString()));
      assertEquals(each.getKey(), files.stat(place).type());
    }
    Path whiteout = files.resolve(upper, Name.of("gone"));
    files.create(whiteout, FileType.CHARACTER_DEVICE, 0, 0, 0);
    assertEquals(
        "character special file 0,0\n", shown("stat", "-c", "%F %t,%T", whiteout.toString()));
    assertFalse(files.needsSettling());
  }

  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void attributesAreReal(String label) throws IOException {
    Tool.assume("getfattr");
    HostFiles files = open(label);
    Path place = file(files, "file");
    byte[] value = {'v'};
    for (String name : List.of("user.one", "trusted.two", "security.three")) {
      files.setXattr(place, Name.of(name), value);
      assertEquals(
          name + "=\"v\"",
          shown("getfattr", "--absolute-names", "-n", name, place.toString())
              .lines()
              .skip(1)
              .findFirst()
              .orElse(""));
    }
    assertEquals(
        Set.of(Name.of("user.one"), Name.of("trusted.two"), Name.of("security.three")),
        Set.copyOf(files.xattrs(place)));
    byte[] large = new byte[3000];
    files.setXattr(place, Name.of("user.one"), large);
    assertArrayEquals(large, files.xattr(place, Name.of("user.one")));
    files.setXattr(place, Name.of("user.one"), null);
    files.setXattr(place, Name.of("user.one"), null);
    assertEquals(2, files.xattrs(place).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void linksHaveAttributesWhereTheyCan(String label) throws IOException {
    HostFiles files = open(label);
    Path link = files.resolve(upper, Name.of("link"));
    files.symlink(link, new byte[] {'t', (byte) 0xFE});
    files.setOwnerAndMode(link, 7, 8, 0777);
    files.setXattr(link, Name.of("trusted.x"), new byte[] {1});
    assertArrayEquals(new byte[] {1}, files.xattr(link, Name.of("trusted.x")));
    assertArrayEquals(new byte[] {'t', (byte) 0xFE}, files.readLink(link));
    Stat stat = files.stat(link);
    assertEquals(
        List.of(FileType.SYMLINK, 7L, 8L, 2L),
        List.of(stat.type(), stat.uid(), stat.gid(), stat.size()));
    assertEquals(label.equals(UserFiles.LABEL), files.needsSettling());
  }

  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void namesAreBytes(String label) throws IOException {
    HostFiles files = open(label);
    Path directory = files.resolve(upper, NO_TEXT);
    files.create(directory, FileType.DIRECTORY, 0755, 0, 0);
    Path inside = files.resolve(directory, Name.of("caf\u00e9"));
    files.create(inside, FileType.REGULAR, 0644, 0, 0);
    try (FileChannel channel = files.open(inside, true)) {
      channel.write(ByteBuffer.wrap(new byte[] {7}));
    }
    assertEquals(List.of(NO_TEXT), files.list(upper));
    assertEquals(
        "a\\377%\\ \\n\n",
        shown("env", "LC_ALL=C", "ls", "--quoting-style=escape", upper.toString()));
    assertArrayEquals(new byte[] {7}, Files.readAllBytes(files.content(inside)));
    fails(Errno.EINVAL, () -> files.resolve(upper, Name.of("a/b")));
    files.discard(directory);
    assertEquals(List.of(), files.list(upper));
  }

  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void timesAreExact(String label) throws IOException {
    HostFiles files = open(label);
    Path place = file(files, "file");
    files.setTimes(place, new Timespec(-3, 5), new Timespec(-1, 999_999_999));
    Stat stat = files.stat(place);
    assertEquals(
        List.of(-3L, 5, -1L, 999_999_999),
        List.of(stat.atimeSeconds(), stat.atimeNanos(), stat.mtimeSeconds(), stat.mtimeNanos()));
  }

  /** A directory of the upper is replaced by a link to somewhere else while it is in use. */
  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void nothingOutsideIsReached(String label, @TempDir Path outside) throws IOException {
    HostFiles files = open(label);
    Path directory = files.resolve(upper, Name.of("d"));
    files.create(directory, FileType.DIRECTORY, 0755, 0, 0);
    Path own = file(files, "own");
    Path victim = Files.writeString(outside.resolve("victim"), "text");
    Files.createDirectory(outside.resolve("empty"));
    Path place = files.resolve(directory, Name.of("victim"));
    Path empty = files.resolve(directory, Name.of("empty"));
    files.rename(directory, files.resolve(upper, Name.of("moved")));
    Files.createSymbolicLink(upper.resolve("d"), outside);
    String before = shown("stat", "-c", "%n %a %u %s %Y %Z", victim.toString());
    fails(Errno.ELOOP, () -> files.list(directory));
    fails(Errno.ELOOP, () -> files.stat(place));
    fails(Errno.ELOOP, () -> files.open(place, true));
    fails(Errno.ELOOP, () -> files.delete(place));
    fails(Errno.ELOOP, () -> files.discard(place));
    fails(Errno.ELOOP, () -> files.discard(empty));
    fails(Errno.ELOOP, () -> files.setOwnerAndMode(place, 1, 1, 0777));
    fails(Errno.ELOOP, () -> files.setTimes(place, new Timespec(1, 1), new Timespec(1, 1)));
    fails(Errno.ELOOP, () -> files.setXattr(place, Name.of("user.x"), new byte[1]));
    fails(Errno.ELOOP, () -> files.rename(own, place));
    fails(Errno.ELOOP, () -> files.rename(place, own));
    fails(Errno.ELOOP, () -> files.exchange(own, place));
    fails(Errno.ELOOP, () -> files.link(place, files.resolve(upper, Name.of("stolen"))));
    fails(Errno.ELOOP, () -> files.copyRange(place, outside.resolve("victim"), 0, 4));
    fails(
        Errno.ELOOP,
        () -> files.create(files.resolve(directory, Name.of("new")), FileType.REGULAR, 0600, 0, 0));
    fails(Errno.ELOOP, () -> files.symlink(files.resolve(directory, Name.of("new")), new byte[1]));
    fails(Errno.ELOOP, () -> files.sync(place));
    assertEquals(before, shown("stat", "-c", "%n %a %u %s %Y %Z", victim.toString()));
    assertTrue(Files.isDirectory(outside.resolve("empty")));
    files.discard(directory);
    assertTrue(Files.exists(victim), "what a link leads to is not in the tree");
  }

  /** A link in the place of the object itself is not followed either. */
  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void linksAreNotFollowed(String label, @TempDir Path outside) throws IOException {
    HostFiles files = open(label);
    Path victim = Files.writeString(outside.resolve("victim"), "text");
    Path link = files.resolve(upper, Name.of("link"));
    files.symlink(link, victim.toString().getBytes(StandardCharsets.UTF_8));
    String before = shown("stat", "-c", "%a %u %s %Y %Z", victim.toString());
    fails(Errno.ELOOP, () -> files.open(link, true));
    fails(Errno.ELOOP, () -> files.list(link));
    files.setOwnerAndMode(link, 3, 4, 0600);
    files.setTimes(link, new Timespec(1, 1), new Timespec(1, 1));
    files.sync(link);
    assertEquals(before, shown("stat", "-c", "%a %u %s %Y %Z", victim.toString()));
    assertEquals(3, files.stat(link).uid());
  }

  /** One of them in each build. */
  static List<String> labels() {
    return Scale.share(
        List.of(TrustedFiles.LABEL, UserFiles.LABEL),
        Seed.random(LinuxFilesTest.class).nextInt(2),
        2);
  }

  /** Far deeper than a path, a stack or a table of open files. */
  @ParameterizedTest
  @MethodSource("labels")
  void treesOfAnyDepthAreDeleted(String label) throws IOException {
    HostFiles files = open(label);
    Path top = files.resolve(container.resolve("work"), Name.of("tmp-1"));
    Path chain = files.resolve(upper, Name.of("chain"));
    files.create(chain, FileType.DIRECTORY, 0500, 0, 0);
    for (int level = 1; level < LEVELS; level++) { // from the bottom up, so that no path is long
      Path above = files.resolve(upper, Name.of("above"));
      files.create(above, FileType.DIRECTORY, 0500, 0, 0);
      files.create(files.resolve(above, Name.of("moved-" + level)), FileType.DIRECTORY, 0700, 0, 0);
      files.create(files.resolve(above, Name.of("x")), FileType.FIFO, 0600, 0, 0);
      files.rename(chain, files.resolve(above, Name.of("d")));
      files.rename(above, chain);
    }
    files.rename(chain, top);
    files.discard(top);
    fails(Errno.ENOENT, () -> files.stat(top));
    files.discard(top);
    assertEquals(List.of(), files.list(upper));
  }

  /** Paths of 20,000 bytes: each call walks them in pieces. */
  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void pathsOfAnyLengthAreWalked(String label) throws IOException {
    HostFiles files = open(label);
    Path place = upper;
    Name name = Name.of("n".repeat(200) + "\u00e9");
    for (int level = 0; level < 100; level++) {
      place = files.resolve(place, name);
      files.create(place, FileType.DIRECTORY, 0755, 0, 0);
    }
    Path file = files.resolve(place, Name.of("file"));
    files.create(file, FileType.REGULAR, 0644, 0, 0);
    files.setXattr(file, Name.of("user.x"), new byte[] {1});
    try (FileChannel channel = files.open(file, true)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }
    assertEquals(3, files.stat(file).size());
    assertEquals(List.of(Name.of("file")), files.list(place));
    Path moved = files.resolve(upper, Name.of("moved"));
    files.rename(file, moved);
    assertArrayEquals(new byte[] {1}, files.xattr(moved, Name.of("user.x")));
    files.discard(files.resolve(upper, name));
    assertEquals(List.of(Name.of("moved")), files.list(upper));
    assertTrue(files.syncAll());
  }

  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void newObjectsHaveTheModeAndOwnerThatIsAskedFor(String label) throws IOException {
    HostFiles files = open(label);
    files.setOwnerAndMode(upper, 0, 7, 02777); // the host gives what is made here its group
    for (int mode : new int[] {0, 0640, 0666, 0777, 01777, 02755, 04711, 06777}) {
      for (FileType type : List.of(FileType.REGULAR, FileType.DIRECTORY, FileType.FIFO)) {
        String name = type + "-" + Integer.toOctalString(mode);
        for (Path directory : List.of(upper, container.resolve("work"))) {
          Path place = files.resolve(directory, Name.of(name));
          files.create(place, type, mode, 0, 0);
          Stat made = files.stat(place);
          assertEquals(List.of(mode, 0L, 0L), List.of(made.mode(), made.uid(), made.gid()), name);
        }
      }
    }
  }

  /** A host directory with a default list gives new objects lists that the container knows nothing of. */
  @ParameterizedTest
  @ValueSource(strings = {TrustedFiles.LABEL, UserFiles.LABEL})
  void listsAreNotInherited(String label) throws IOException {
    HostFiles files = open(label);
    files.setXattr(upper, Name.of("system.posix_acl_default"), DEFAULT_LIST);
    assertArrayEquals(DEFAULT_LIST, files.xattr(upper, Name.of("system.posix_acl_default")));
    Path place = file(files, "file");
    Path directory = files.resolve(upper, Name.of("directory"));
    files.create(directory, FileType.DIRECTORY, 0750, 0, 0);
    assertEquals(List.of(), files.xattrs(place));
    assertEquals(List.of(), files.xattrs(directory));
    assertEquals(0640, files.stat(place).mode());
    assertEquals(0750, files.stat(directory).mode());
  }
}
