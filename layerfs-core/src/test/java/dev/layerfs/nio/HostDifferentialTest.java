package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.spi.Installed;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A container shows what the JDK's own provider shows to root, whatever its store is on and whoever runs it: every {@link
 * ProviderCases operation}, its result, its exception and the tree afterwards. Of the operations each host and user has a
 * share, another in each build, and all of them at full {@link dev.layerfs.testing.Scale}.
 */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostDifferentialTest {
  private static final String NOBODY = "65534";

  /** After those of the hosts, of which {@link #isNative} has one. */
  private static final int FIRST_SHARE_OF_USERS =
      isNative() ? ProviderHost.XFS.ordinal() + 1 : ProviderHost.values().length;

  private SortedMap<String, String> expected;
  private int firstShare;

  @BeforeAll
  void recordTheDefaultProvider(@TempDir Path temp) throws IOException {
    assertTrue(ProviderRun.size() > 2_000, () -> "only " + ProviderRun.size() + " cases");
    firstShare = Seed.random(HostDifferentialTest.class).nextInt(ProviderRun.SHARES);
    List<Integer> shares = new ArrayList<>();
    hosts().forEach(host -> shares.add(share(host)));
    users().forEach(wrapper -> shares.add(share(wrapper)));
    expected = ProviderRun.onDefault(temp, shares);
  }

  private int share(ProviderHost host) {
    return firstShare + host.ordinal();
  }

  private int share(List<String> wrapper) {
    return firstShare + FIRST_SHARE_OF_USERS + users().indexOf(wrapper);
  }

  /** All hosts; where a module beside this library keeps uppers, one that shares blocks. */
  static List<ProviderHost> hosts() {
    return isNative() ? List.of(ProviderHost.XFS) : List.of(ProviderHost.values());
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void showsTheSameOnEveryHost(ProviderHost host, @TempDir Path temp) throws IOException {
    host.use(temp, directory -> {
      SortedMap<String, String> actual =
          ProviderRun.onContainer(directory.resolve("store"), share(host));
      assertEquals("", ProviderRun.differences(expected, actual));
    });
  }

  /** Who runs it without privileges; in a user namespace only where a module beside this library makes a difference there. */
  static List<List<String>> users() {
    return isNative() ? List.of(List.of(), List.of("unshare", "-Urm")) : List.of(List.of());
  }

  private static boolean isNative() {
    return !Installed.hostFiles().implementations().isEmpty();
  }

  /** The user has no privilege at all: owners and modes are kept beside what the host can hold. */
  @ParameterizedTest
  @MethodSource("users")
  void showsTheSameToAnUnprivilegedUser(List<String> wrapper, @TempDir Path temp)
      throws IOException {
    Tool.assume("setpriv");
    Tool.assume("unshare");
    Tool.assume("id");
    assumeTrue(
        Tool.run(List.of("id", "-u")).output().equals("0\n"), "only root can become another");
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx--x--x"));
    Path own = Files.createDirectory(temp.resolve("own"));
    Files.setAttribute(own, "unix:uid", Integer.valueOf(NOBODY), LinkOption.NOFOLLOW_LINKS);
    ClassPath readable = ClassPath.current().copyTo(temp.resolve("classes"));
    List<String> java =
        readable.java(UnprivilegedRun.class, own, own.resolve("results"), share(wrapper));
    assumeTrue(
        asNobody(List.of("test", "-x", java.get(0))).status() == 0
            && asNobody(List.of("test", "-w", own.toString())).status() == 0,
        "the JDK or the temporary directory is in a place that other users can't enter");
    assumeTrue(
        asNobody(Stream.concat(wrapper.stream(), Stream.of("true")).toList()).status() == 0,
        "this kernel lets users make no namespaces");
    Tool.Result ran = asNobody(Stream.concat(wrapper.stream(), java.stream()).toList());
    assertEquals(0, ran.status(), ran.output());
    SortedMap<String, String> actual = read(own.resolve("results"));
    String format = isNative() ? "overlayfs-user" : "overlayfs-override";
    assertEquals(format, actual.remove(UnprivilegedRun.FORMAT));
    assertEquals("", ProviderRun.differences(expected, actual));
  }

  private static Tool.Result asNobody(List<String> program) throws IOException {
    List<String> command = new ArrayList<>(
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    command.addAll(program);
    return Tool.run(command);
  }

  private static SortedMap<String, String> read(Path file) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    SortedMap<String, String> results = new TreeMap<>();
    properties.forEach((name, result) -> results.put((String) name, (String) result));
    return results;
  }
}
