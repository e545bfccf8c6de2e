package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.CheckOptions;
import dev.layerfs.CheckReport;
import dev.layerfs.LayerStore;
import dev.layerfs.PullOptions;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repair with several sources of which some fail: whoever has what is missing is asked, and failures are told if nobody has. */
final class RepairSourcesTest {
  private static final TestImage IMAGE =
      new TestImage().layer(new TarBuilder().file("file", "content"));

  @TempDir
  private Path directory;

  private TestRegistry registry;
  private RegistryClient client;
  private LayerStore store;
  private Path layout;
  private Path lies;

  @BeforeEach
  void open() throws IOException {
    registry = new TestRegistry()
        .image("closed", "1", IMAGE)
        .image("broken", "1", IMAGE)
        .fault("GET /v2/closed/.*", Faults.status(403))
        .fault("GET /v2/broken/blobs/.*", Faults.status(418));
    client = RegistryClient.open(registry.options().build());
    store = LayerStore.open(directory.resolve("store"));
    layout = new TestLayout().image("image", IMAGE).write(directory.resolve("layout"));
    lies = new TestLayout().image("image", IMAGE).write(directory.resolve("lies"));
    String layer = "blobs/sha256/" + IMAGE.manifest().layers().get(0).digest().encoded();
    Files.writeString(lies.resolve(layer), "x".repeat((int) Files.size(lies.resolve(layer))));
    store.load(layout);
    Files.delete(store.directory().resolve(layer));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    client.close();
    registry.close();
  }

  private CheckOptions.Builder failing() {
    PullOptions ask = PullOptions.builder().client(client).build();
    return CheckOptions.builder()
        .repair()
        .fromRegistry(registry.host() + "/closed:1", ask)
        .fromRegistry(registry.host() + "/broken:1", ask)
        .from(lies);
  }

  @Test
  void oneThatFailsKeepsNoOtherFromBeingAsked() throws IOException {
    CheckReport report = store.maintenance().check(failing().from(layout).build());
    assertEquals(
        List.of(CheckReport.Status.REPAIRED),
        report.findings().stream().map(CheckReport.Finding::status).toList());
    assertTrue(store.maintenance().check(CheckOptions.DEFAULT).isHealthy());
  }

  @Test
  void failuresAreToldIfNobodyHasIt() throws IOException {
    CheckReport report = store.maintenance().check(failing().build());
    assertFalse(report.isHealthy());
    String problem = report.findings().get(0).problem();
    for (String part : List.of("403", "418", "sha256:")) {
      assertTrue(problem.contains(part), problem);
    }
  }
}
