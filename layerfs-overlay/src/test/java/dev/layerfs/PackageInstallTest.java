package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.RealImages;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Containers of {@link RealImages} on a kernel mount: their own {@code dpkg} installs a
 * package and removes it, and the view shows what that has done. Needs root.
 */
final class PackageInstallTest {
  private static final String SCRIPT = """
      set -e
      dpkg -i /tmp/greeting.deb
      greet >/tmp/greeting
      dpkg -S /usr/bin/greet
      """;

  @TempDir
  Path temporary;

  static Stream<Path> images() throws IOException {
    return RealImages.some().stream().map(image -> image.resolve("oci-gzip"));
  }

  @ParameterizedTest
  @MethodSource("images")
  void dpkgInstallsAPackage(Path layout) throws IOException {
    RealImages.assume();
    Tool.assume("dpkg-deb");
    Path target = Files.createDirectory(temporary.resolve("target"));
    try (LayerStore store = LayerStore.open(
        temporary.resolve("store"), StoreOptions.builder().unsafeNoSync().build())) {
      MountSupport support = store.mountSupport();
      assumeTrue(support.unavailable().isEmpty(), () -> support.unavailable().orElse(""));
      Image image =
          store.load(layout, LoadOptions.builder().reference("real:1").build()).get(0);
      Container container =
          store.create(image, ContainerOptions.builder().name("real").build());
      Files.copy(greeting(), container.root().resolve("tmp/greeting.deb"));
      try (Mount mount = container.mount(target)) {
        String said = run("chroot", mount.target().toString(), "/bin/sh", "-c", SCRIPT);
        assertTrue(said.contains("greeting: /usr/bin/greet"), said);
      }
      try (Container view = store.open("real")) {
        Path root = view.root();
        assertEquals("hello\n", Files.readString(root.resolve("tmp/greeting")));
        assertTrue(Files.isExecutable(root.resolve("usr/bin/greet")));
        assertTrue(
            Files.readString(root.resolve("var/lib/dpkg/status")).contains("Package: greeting\n"));
        assertTrue(view.changes().anyMatch(change -> change.toString().equals("A /usr/bin/greet")));
      }
      try (Mount mount = store.mount("real", target)) {
        run("chroot", mount.target().toString(), "dpkg", "--purge", "greeting");
      }
      try (Container view = store.open("real")) {
        assertFalse(Files.exists(view.root().resolve("usr/bin/greet")));
      }
    }
  }

  private Path greeting() throws IOException {
    Path tree = temporary.resolve("greeting");
    Files.createDirectories(tree.resolve("DEBIAN"));
    Files.createDirectories(tree.resolve("usr/bin"));
    Files.writeString(tree.resolve("DEBIAN/control"), """
        Package: greeting
        Version: 1
        Architecture: all
        Maintainer: layerfs <layerfs@example.org>
        Description: says hello
        """);
    Path program = Files.writeString(tree.resolve("usr/bin/greet"), "#!/bin/sh\necho hello\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String directory : List.of("DEBIAN", "usr", "usr/bin")) {
      Files.setPosixFilePermissions(
          tree.resolve(directory), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path deb = temporary.resolve("greeting.deb");
    run("dpkg-deb", "--root-owner-group", "--build", tree.toString(), deb.toString());
    return deb;
  }

  private static String run(String... command) throws IOException {
    Tool.Result result = Tool.run(List.of(command));
    assertEquals(0, result.status(), result.output());
    return result.output();
  }
}
