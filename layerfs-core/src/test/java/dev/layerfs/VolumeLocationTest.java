package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that are the places of other providers, by URI. */
final class VolumeLocationTest {
  private static final String CANARY = "s3cr3t";

  @TempDir
  Path temporary;

  private LayerStore store;
  private Image image;
  private URI archive;

  @BeforeEach
  void open() throws IOException {
    store = LayerStore.open(temporary.resolve("store"));
    TestImage debian = new TestImage().layer(new TarBuilder().file("file", "text"));
    store.load(new TestLayout().image("debian:12", debian).write(temporary.resolve("layout")));
    image = store.image("debian:12");
    archive = URI.create("jar:" + temporary.resolve("volume.zip").toUri());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private FileSystem openArchive() throws IOException {
    return FileSystems.newFileSystem(archive, Map.of("create", "true"));
  }

  private URI place() {
    return URI.create(archive + "!/");
  }

  private static void assertNotOpen(NotFoundException failure, URI uri) {
    assertTrue(failure.getMessage().contains("open file system"), failure.getMessage());
    assertTrue(failure.getMessage().contains(uri.toString()), failure.getMessage());
  }

  @Test
  void aContainerFindsItsLocationAgainByItsUri() throws IOException {
    ContainerOptions options = ContainerOptions.builder()
        .name("web")
        .volume(VolumeMount.location(place(), "/data"))
        .build();
    assertNotOpen(
        assertThrows(NotFoundException.class, () -> store.create(image, options)), place());
    assertEquals(List.of(), store.containers());
    try (FileSystem zip = openArchive()) {
      try (Container container = store.create(image, options)) {
        Files.writeString(container.root().resolve("data/new"), "new");
      }
    }
    assertNotOpen(assertThrows(NotFoundException.class, () -> store.open("web")), place());
    try (FileSystem zip = openArchive();
        Container container = store.open("web")) {
      assertEquals("new", Files.readString(container.root().resolve("data/new")));
      assertEquals("new", Files.readString(zip.getPath("/new")));
    }
  }

  @Test
  void aNamedVolumeCanBeALocation() throws IOException {
    VolumeOptions options =
        VolumeOptions.builder().driver(new VolumeOptions.Location(place())).build();
    try (FileSystem zip = openArchive()) {
      Volume volume = store.volumes().create("remote", options);
      try (Rootfs root = volume.open()) {
        Files.writeString(root.root().resolve("new"), "new");
      }
      assertEquals("new", Files.readString(zip.getPath("/new")));
    }
    Volume known = store.volumes().get("remote");
    assertNotOpen(assertThrows(NotFoundException.class, known::open), place());
    store.volumes().remove("remote");
    assertTrue(Files.exists(temporary.resolve("volume.zip")));
  }

  @Test
  void aPathOfAnotherContainerIsAVolume() throws IOException {
    try (Container inner = store.create(image);
        Container outer = store.create(
            image,
            ContainerOptions.builder()
                .bind(inner.root().resolve("file"), "/data")
                .build())) {
      assertEquals("text", Files.readString(outer.root().resolve("data")));
      Files.writeString(outer.root().resolve("data"), "changed");
      assertEquals("changed", Files.readString(inner.root().resolve("file")));
    }
    try (Rootfs layers = image.open();
        Container container = store.create(
            image, ContainerOptions.builder().bind(layers.root(), "/image").build())) {
      assertEquals("text", Files.readString(container.root().resolve("image/file")));
      assertThrows(
          IOException.class,
          () -> Files.writeString(container.root().resolve("image/file"), "changed"));
    }
  }

  @Test
  void passwordsAreNeitherKeptNorShown() throws IOException {
    URI secret = URI.create("nowhere://me:" + CANARY + "@host/data");
    ContainerOptions options =
        ContainerOptions.builder().volume(VolumeMount.location(secret, "/data")).build();
    NotFoundException failure =
        assertThrows(NotFoundException.class, () -> store.create(image, options));
    assertFalse(failure.toString().contains(CANARY));
    assertFalse(options.toString().contains(CANARY));
    try (Stream<Path> all = Files.walk(temporary.resolve("store"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(content.contains(CANARY), file.toString());
      }
    }
  }
}
