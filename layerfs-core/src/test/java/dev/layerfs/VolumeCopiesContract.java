package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.layerfs.error.AlreadyExistsException;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.testing.HostileCase;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots, clones and artifacts of volumes, the same on a disk and in memory. */
abstract class VolumeCopiesContract {
  @TempDir
  Path temporary;

  private LayerStore store;
  private Volume volume;

  abstract LayerStore openStore() throws IOException;

  @BeforeEach
  void fill() throws IOException {
    store = openStore();
    volume = store.volumes().create("one");
    try (Rootfs root = volume.open()) {
      Path top = root.root();
      Files.setAttribute(top, "unix:mode", 01750);
      Files.writeString(top.resolve("a"), "content");
      Files.setAttribute(top.resolve("a"), "unix:mode", 04711);
      Files.setAttribute(top.resolve("a"), "unix:uid", 1000);
      Files.setAttribute(top.resolve("a"), "user:note", new byte[] {1});
      Files.createLink(top.resolve("b"), top.resolve("a"));
      Files.createSymbolicLink(top.resolve("link"), top.resolve("../etc/passwd"));
      Files.createDirectories(top.resolve("deep/er"));
      Files.write(top.resolve("deep/er/big"), new byte[100_000]);
    }
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static Object tree(Volume volume) throws IOException {
    try (Rootfs root = volume.open()) {
      return TreeDump.of(root.posix());
    }
  }

  private static void change(Volume volume) throws IOException {
    try (Rootfs root = volume.open()) {
      Files.writeString(root.root().resolve("a"), "changed");
      Files.delete(root.root().resolve("link"));
      Files.createFile(root.root().resolve("new"));
    }
  }

  @Test
  void snapshotIsGoneBackTo() throws IOException {
    Object before = tree(volume);
    VolumeSnapshot snapshot = volume.snapshot();
    change(volume);
    Object after = tree(volume);
    assertNotEquals(before, after);
    VolumeSnapshot second = volume.snapshot();
    assertEquals(List.of(snapshot, second), volume.snapshots());
    volume.restore(snapshot);
    assertEquals(before, tree(volume));
    volume.restore(second);
    assertEquals(after, tree(volume));
    volume.removeSnapshot(snapshot);
    assertEquals(List.of(second), volume.snapshots());
    assertThrows(NotFoundException.class, () -> volume.restore(snapshot));
    assertThrows(NotFoundException.class, () -> volume.removeSnapshot(snapshot));
    assertEquals(after, tree(volume));
    store.volumes().remove("one");
  }

  @Test
  void volumeInUseIsNotRestored() throws IOException {
    VolumeSnapshot snapshot = volume.snapshot();
    try (Rootfs root = volume.open()) {
      assertThrows(InUseException.class, () -> volume.restore(snapshot));
      VolumeSnapshot meanwhile = volume.snapshot();
      assertEquals(2, volume.snapshots().size());
      volume.removeSnapshot(meanwhile);
      assertEquals("content", Files.readString(root.root().resolve("b")));
    }
    volume.restore(snapshot);
  }

  @Test
  void cloneIsAVolumeOfItsOwn() throws IOException {
    volume.snapshot();
    Volume clone = volume.cloneTo("two", VolumeOptions.builder().label("a", "b").build());
    assertEquals(tree(volume), tree(clone));
    assertEquals(List.of(), clone.snapshots());
    assertEquals(Map.of("a", "b"), clone.info().labels());
    change(volume);
    assertNotEquals(tree(volume), tree(clone));
    assertThrows(AlreadyExistsException.class, () -> volume.cloneTo("two"));
    assertThrows(IllegalArgumentException.class, () -> volume.cloneTo("../x"));
  }

  @Test
  void artifactIsImportedAsItWasExported() throws IOException {
    Digest digest = volume.export("team/data:1");
    assertEquals(digest, volume.export("team/data:2"));
    assertEquals(List.of(), store.images());
    assertThrows(UnsupportedImageException.class, () -> store.image("team/data:1"));
    Volume imported = store.volumes().importFrom("team/data:1", "two", VolumeOptions.DEFAULT);
    assertEquals(tree(volume), tree(imported));
    assertEquals(digest, imported.export("team/data:3"));
    assertEquals(
        new StoreUsage(0, 0, 0, store.maintenance().usage().blobBytes(), 0, 0),
        store.maintenance().usage());
    store.remove("team/data:1");
    store.remove("team/data:2");
    store.remove("team/data:3");
    assertEquals(0, store.maintenance().usage().blobBytes());
    assertThrows(
        NotFoundException.class,
        () -> store.volumes().importFrom("team/data:1", "three", VolumeOptions.DEFAULT));
  }

  @Test
  void emptyVolumeIsExported() throws IOException {
    Volume empty = store.volumes().create("empty");
    empty.export("team/empty:1");
    Volume imported = store.volumes().importFrom("team/empty:1", "two", VolumeOptions.DEFAULT);
    assertEquals(tree(empty), tree(imported));
  }

  @Test
  void artifactIsSavedAndLoaded() throws IOException {
    Digest digest = volume.export("team/data:1");
    for (SaveFormat format : List.of(SaveFormat.OCI_ARCHIVE, SaveFormat.OCI_LAYOUT)) {
      Path saved = temporary.resolve(format.name());
      store.save(List.of("team/data:1"), format, saved);
      try (LayerStore other = LayerStore.inMemory()) {
        assertEquals(List.of(), other.load(saved));
        Volume imported = other.volumes().importFrom("team/data:1", "two", VolumeOptions.DEFAULT);
        assertEquals(tree(volume), tree(imported));
        assertEquals(digest, imported.export("team/again:1"));
      }
    }
  }

  private Volume importTar(byte[] tar) throws IOException {
    return importLayer(MediaType.OCI_LAYER, tar);
  }

  /** Loads an artifact that somebody else has made, and imports it. */
  private Volume importLayer(MediaType type, byte[] layer) throws IOException {
    Manifest manifest =
        Manifest.ofArtifact(MediaType.LAYERFS_VOLUME, List.of(Descriptor.ofContent(type, layer)));
    Path layout = Files.createTempDirectory(temporary, "artifact");
    Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.write(layout.resolve(ImageLayout.MARKER_FILE), ImageLayout.marker());
    Files.write(
        layout.resolve(ImageLayout.INDEX_FILE),
        Index.empty().withManifests(List.of(manifest.descriptor())).bytes());
    byte[] config = Manifest.NO_CONFIG.getBytes(StandardCharsets.UTF_8);
    for (byte[] blob : List.of(layer, manifest.bytes(), config)) {
      Files.write(layout.resolve("blobs/sha256").resolve(Digest.sha256(blob).encoded()), blob);
    }
    store.load(layout);
    String digest = manifest.descriptor().digest().toString();
    try {
      return store
          .volumes()
          .importFrom(digest, "imported" + store.volumes().list().size(), VolumeOptions.DEFAULT);
    } finally {
      store.remove(digest);
    }
  }

  private List<String> names() throws IOException {
    return store.volumes().list().stream().map(VolumeInfo::name).toList();
  }

  @Test
  void row106TarsThatReachOutAreRefusedOrStayInside() throws IOException {
    Path canary = Files.writeString(temporary.resolve("canary"), "untouched");
    String outside = canary.toString();
    List<byte[]> hostile = new ArrayList<>();
    hostile.add(new TarBuilder().file("../../../.." + outside, "x").build());
    hostile.add(new TarBuilder().file(outside, "x").build());
    hostile.add(new TarBuilder()
        .symlink("l", temporary.toString())
        .file("l/canary", "x")
        .build());
    hostile.add(new TarBuilder().symlink("l", outside).file("l", "x").build());
    hostile.add(new TarBuilder().hardLink("h", outside).build());
    hostile.add(new TarBuilder().hardLink("h", "../../../.." + outside).build());
    hostile.add(new TarBuilder().symlink("..", "x").symlink(".", "/").build());
    hostile.add(
        new TarBuilder().file("a/b", "x").file("a", "x").file("a/b", "y").build());
    for (byte[] tar : hostile) {
      try {
        Volume imported = importTar(tar);
        try (Rootfs root = imported.open();
            Stream<Path> files = Files.walk(root.root())) {
          for (Path file : files.toList()) {
            if (Files.isRegularFile(file)) {
              assertNotEquals("untouched", Files.readString(file));
            }
          }
        }
      } catch (IOException e) {
        assertTrue(e.getClass().getName().startsWith("dev.layerfs.error."), () -> "untyped: " + e);
      }
      assertEquals("untouched", Files.readString(canary));
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertTrue(left.noneMatch(file -> file.getFileName().toString().equals("x")));
    }
  }

  @Test
  void corpusOfHostileTarsIsContained() throws IOException {
    List<HostileCase> all = HostileCase.hostile();
    assumeFalse(all.isEmpty(), "no folder of hostile tars");
    List<HostileCase> cases = Scale.some(all, 4, Seed.random(getClass()));
    Path canary = Files.writeString(temporary.resolve("canary"), "untouched");
    for (HostileCase hostile : cases) {
      if (Files.size(hostile.file()) > 1 << 20) {
        continue; // the reader's own tests take their time for bombs
      }
      int before = names().size();
      try {
        importTar(Files.readAllBytes(hostile.file()));
      } catch (IOException e) {
        assertEquals(before, names().size(), hostile::toString);
      }
      assertEquals("untouched", Files.readString(canary));
    }
  }

  @Test
  void row115SpecialFilesAndWhiteoutsAreWhatALayerHas() throws IOException {
    Volume imported = importTar(new TarBuilder()
        .add(TarEntryBuilder.directory("d/").mode(0755))
        .file("d/gone", "x")
        .fifo("pipe")
        .symlink("link", "/etc/shadow")
        .whiteout("d/", "none")
        .build());
    try (Rootfs root = imported.open()) {
      assertEquals(
          "/etc/shadow", Files.readSymbolicLink(root.root().resolve("link")).toString());
      assertFalse(Files.exists(root.root().resolve("link")));
      assertFalse(Files.isRegularFile(root.root().resolve("pipe")));
      assertTrue(Files.exists(root.root().resolve("d/gone")));
      assertFalse(Files.exists(root.root().resolve("d/.wh.none")));
    }
  }

  @Test
  void damagedArtifactLeavesNoVolume() throws IOException {
    byte[] tar = new TarBuilder().file("a", "x".repeat(4000)).build();
    byte[] cut = Arrays.copyOf(TarBuilder.gzip(tar), 60);
    assertThrows(IOException.class, () -> importLayer(MediaType.OCI_LAYER_GZIP, cut));
    assertEquals(List.of("one"), names());
  }
}
