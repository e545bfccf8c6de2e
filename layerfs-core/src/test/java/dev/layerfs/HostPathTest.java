package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories and files of the host, and of other file systems, in containers. */
final class HostPathTest {
  @TempDir
  Path temporary;

  private Path allowed;
  private Path secret;
  private LayerStore store;
  private Image image;

  @BeforeEach
  void load() throws IOException {
    allowed = Files.createDirectories(temporary.resolve("allowed/sub")).getParent();
    secret = Files.createDirectory(temporary.resolve("secret"));
    Files.writeString(secret.resolve("key"), "of the host");
    Files.writeString(allowed.resolve("sub/file"), "content");
    store = LayerStore.open(temporary.resolve("store"));
    TestImage made =
        new TestImage().layer(new TarBuilder().directory("etc/").file("etc/conf", "image"));
    image = store
        .load(new TestLayout().image("app", made).write(temporary.resolve("layout")))
        .get(0);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void restrict() throws IOException {
    store.close();
    store = LayerStore.open(
        temporary.resolve("store"),
        StoreOptions.builder().allowHostPaths(allowed).build());
    image = store.image("app");
  }

  private static ContainerOptions bound(Path source) {
    return ContainerOptions.builder().name("web").bind(source, "/mnt").build();
  }

  @Test
  void directoryIsWritten() throws IOException {
    try (Container web = store.create(image, bound(allowed))) {
      assertEquals("content", Files.readString(web.root().resolve("mnt/sub/file")));
      Files.writeString(web.root().resolve("mnt/sub/new"), "from inside");
    }
    assertEquals("from inside", Files.readString(allowed.resolve("sub/new")));
    store.removeContainer("web");
    assertTrue(Files.exists(allowed.resolve("sub/new")));
  }

  @Test
  void fileTakesTheImagesPlace() throws IOException {
    ContainerOptions options = ContainerOptions.builder()
        .volume(VolumeMount.bind(allowed.resolve("sub/file"), "/etc/conf").asReadOnly())
        .volume(VolumeMount.bind(allowed, "/opt/here").at("sub"))
        .build();
    try (Container web = store.create(image, options)) {
      Path conf = web.root().resolve("etc/conf");
      assertEquals("content", Files.readString(conf));
      assertThrows(FileSystemException.class, () -> Files.writeString(conf, "x"));
      assertEquals("content", Files.readString(web.root().resolve("opt/here/file")));
      assertEquals(2, web.changes().count()); // the places that were made
    }
  }

  @Test
  void row103LinksOfTheHostAreThoseOfTheContainer() throws IOException {
    Files.createSymbolicLink(allowed.resolve("out"), secret.resolve("key"));
    try (Container web = store.create(image, bound(allowed))) {
      assertFalse(Files.exists(web.root().resolve("mnt/out")));
      assertThrows(
          NoSuchFileException.class, () -> Files.readString(web.root().resolve("mnt/out")));
    }
  }

  @Test
  void sourceThatLeavesTheAllowedRootsIsRefused() throws IOException {
    restrict();
    Files.createSymbolicLink(allowed.resolve("out"), secret);
    Files.createSymbolicLink(allowed.resolve("in"), allowed.resolve("sub"));
    assertThrows(AccessDeniedException.class, () -> store.create(image, bound(secret)));
    assertThrows(
        AccessDeniedException.class, () -> store.create(image, bound(allowed.resolve("out"))));
    assertThrows(
        AccessDeniedException.class,
        () -> store.create(image, bound(allowed.resolve("../secret"))));
    ContainerOptions part = ContainerOptions.builder()
        .volume(VolumeMount.bind(allowed, "/mnt").at("out"))
        .build();
    assertThrows(IOException.class, () -> store.create(image, part));
    assertTrue(store.containers().isEmpty());
    try (Container web = store.create(image, bound(allowed.resolve("in")))) {
      assertEquals("content", Files.readString(web.root().resolve("mnt/file")));
    }
  }

  @Test
  void volumeCannotBeUsedToLeaveTheAllowedRoots() throws IOException {
    restrict();
    VolumeOptions location = VolumeOptions.builder()
        .driver(new VolumeOptions.Location(secret.toUri()))
        .build();
    assertThrows(AccessDeniedException.class, () -> store.volumes().create("x", location));
    VolumeOptions bind = VolumeOptions.builder()
        .driver(new VolumeOptions.KernelMount("none", secret.toString(), List.of("bind")))
        .build();
    assertThrows(AccessDeniedException.class, () -> store.volumes().create("x", bind));
    assertTrue(store.volumes().list().isEmpty());
  }

  @Test
  void whatARecordSaysIsCheckedAgainWhenItIsOpened() throws IOException {
    store.create(image, bound(secret)).close();
    restrict();
    assertThrows(AccessDeniedException.class, () -> store.open("web"));
    store.removeContainer("web");
    assertTrue(Files.exists(secret.resolve("key")));
  }

  @Test
  void anyFileSystemIsADriver() throws IOException {
    assumeTrue(
        FileSystemProvider.installedProviders().stream()
            .anyMatch(provider -> provider.getScheme().equals("jimfs")),
        "the JDK has not found Jimfs, whose class loader is not its own");
    try (FileSystem memory = Jimfs.newFileSystem("host-path-test", Configuration.unix())) {
      Path there = Files.createDirectories(memory.getPath("/there"));
      Files.writeString(there.resolve("file"), "elsewhere");
      store
          .volumes()
          .create(
              "remote",
              VolumeOptions.builder()
                  .driver(new VolumeOptions.Location(there.toUri()))
                  .build());
      ContainerOptions options = ContainerOptions.builder()
          .name("web")
          .bind(there, "/one")
          .volume("remote", "/two")
          .build();
      try (Container web = store.create(image, options)) {
        assertEquals("elsewhere", Files.readString(web.root().resolve("one/file")));
        Files.writeString(web.root().resolve("two/new"), "from inside");
      }
      assertEquals("from inside", Files.readString(there.resolve("new")));
      Volume copy = store.volumes().get("remote").cloneTo("local");
      try (Rootfs root = copy.open()) {
        assertEquals("elsewhere", Files.readString(root.root().resolve("file")));
      }
      VolumeSnapshot snapshot = store.volumes().get("remote").snapshot();
      assertThrows(IOException.class, () -> store.volumes().get("remote").restore(snapshot));
    }
    assertThrows(NotFoundException.class, () -> store.open("web"));
    store.removeContainer("web");
    store.volumes().remove("remote");
  }

  @Test
  void passwordsAreInNoMessage() throws IOException {
    URI place = URI.create("nowhere://me:s3cr3t@host/data");
    VolumeMount mount = VolumeMount.location(place, "/mnt");
    ContainerOptions options = ContainerOptions.builder().volume(mount).build();
    NotFoundException missing =
        assertThrows(NotFoundException.class, () -> store.create(image, options));
    StringWriter trace = new StringWriter();
    missing.printStackTrace(new PrintWriter(trace));
    assertFalse(trace.toString().contains("s3cr3t"), trace.toString());
    assertFalse((mount + " " + options).contains("s3cr3t"));
  }
}
