package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.CheckOptions;
import dev.layerfs.CheckReport;
import dev.layerfs.LayerStore;
import dev.layerfs.LoadOptions;
import dev.layerfs.PullOptions;
import dev.layerfs.PushOptions;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is repaired from Debian's docker-registry: layers, configs, manifests and indexes. */
final class RegistryRepairTest {
  private static final String NAME = "team/multi:1";

  @TempDir
  private Path directory;

  private DockerRegistry registry;
  private RegistryClient client;
  private LayerStore store;

  @BeforeEach
  void open() throws IOException {
    DockerRegistry.assume();
    registry = DockerRegistry.open(directory.resolve("registry"));
    client = RegistryClient.open(registry.options().build());
    store = LayerStore.open(directory.resolve("store"));
  }

  @AfterEach
  void close() throws IOException {
    if (store != null) {
      store.close();
      client.close();
      registry.close();
    }
  }

  private static TestImage image(String architecture) {
    return new TestImage()
        .architecture(architecture)
        .layer(new TarBuilder().file("etc/motd", "hello ".repeat(500)))
        .layer(new TarBuilder().file("etc/own", architecture));
  }

  private static Descriptor entry(TestImage image, String architecture) {
    return image.manifest().descriptor().withPlatform(Platform.of("linux", architecture));
  }

  /** Loads, and pushes. */
  private void add(TestLayout layout) throws IOException {
    store.load(
        layout.write(directory.resolve("layout")),
        LoadOptions.builder().allPlatforms().build());
    store.push(
        NAME, PushOptions.builder().client(client).destination(reference()).build());
  }

  private String reference() {
    return registry.host() + "/" + NAME;
  }

  private List<CheckReport.Finding> repair(String reference) throws IOException {
    PullOptions ask = PullOptions.builder().client(client).build();
    return store
        .maintenance()
        .check(CheckOptions.builder().repair().fromRegistry(reference, ask).build())
        .findings();
  }

  private Map<Path, byte[]> blobs() throws IOException {
    Map<Path, byte[]> blobs = new TreeMap<>();
    try (Stream<Path> files = Files.list(store.directory().resolve("blobs/sha256"))) {
      for (Path blob : files.toList()) {
        blobs.put(blob, Files.readAllBytes(blob));
      }
    }
    return blobs;
  }

  @Test
  void whatIsDamagedIsFetched() throws IOException {
    TestImage amd = image("amd64");
    TestImage arm = image("arm64");
    Index index = Index.empty().withManifests(List.of(entry(amd, "amd64"), entry(arm, "arm64")));
    add(new TestLayout().index(NAME, index, amd, arm));
    Map<Path, byte[]> blobs = blobs();
    assertEquals(8, blobs.size(), "an index, two manifests, two configs, three layers");
    for (Map.Entry<Path, byte[]> blob : blobs.entrySet()) {
      byte[] damaged = blob.getValue().clone();
      damaged[damaged.length / 2] ^= 1;
      Files.write(blob.getKey(), damaged);
      requireRepaired(blob.getKey(), blob.getValue());
    }
  }

  @Test
  void whatIsMissingIsFetched() throws IOException {
    add(new TestLayout().image(NAME, image("amd64")));
    Map<Path, byte[]> blobs = blobs();
    for (Map.Entry<Path, byte[]> blob : blobs.entrySet()) {
      Files.delete(blob.getKey());
      requireRepaired(blob.getKey(), blob.getValue());
    }
    for (Path blob : blobs.keySet()) {
      Files.delete(blob);
    }
    repair(reference());
    assertEquals(blobs.keySet(), blobs().keySet());
    assertEquals(List.of(), store.maintenance().check(CheckOptions.DEFAULT).findings());
  }

  private void requireRepaired(Path blob, byte[] content) throws IOException {
    List<CheckReport.Finding> findings = repair(reference());
    assertNotEquals(List.of(), findings, blob::toString);
    for (CheckReport.Finding finding : findings) {
      assertEquals(CheckReport.Status.REPAIRED, finding.status(), finding::toString);
    }
    assertArrayEquals(content, Files.readAllBytes(blob));
    assertEquals(
        List.of(), store.maintenance().check(CheckOptions.DEFAULT).findings(), blob::toString);
  }

  @Test
  void aRepositoryThatDoesNotHaveTheImageIsNamed() throws IOException {
    String none = registry.host() + "/none:1";
    NotFoundException missing = assertThrows(NotFoundException.class, () -> repair(none));
    assertTrue(missing.getMessage().contains(none), missing.getMessage());
  }
}
