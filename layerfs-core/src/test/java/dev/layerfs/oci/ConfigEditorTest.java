package dev.layerfs.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ConfigEditorTest {
  private static final String A = "sha256:" + "a".repeat(64);
  private static final String B = "sha256:" + "b".repeat(64);

  private static ImageConfig config(String members) throws IOException {
    String json = "{\"architecture\":\"amd64\",\"os\":\"linux\"," + members
        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + A + "\",\"" + B + "\"]}}";
    return ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8), Limits.DEFAULT);
  }

  private static String text(ImageConfig config) {
    return new String(config.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("CFG-16: members that are not known survive")
  void unknownMembersSurvive() throws IOException {
    ImageConfig base = config(
        "\"docker_version\":\"1.0\",\"config\":{\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"],\"Interval\":1e9},\"Env\":[\"A=1\"]},");
    ImageConfig edited = ConfigEditor.of(base).env("A", "2").env("B", "3").build();
    assertEquals(text(base).replace("[\"A=1\"]", "[\"A=2\",\"B=3\"]"), text(edited));
  }

  @Test
  void nothingChangedIsTheSameDocument() throws IOException {
    ImageConfig base = config("\"x\": [1, 2],");
    assertEquals(
        text(base).replace("\"x\": [1, 2]", "\"x\":[1, 2]"),
        text(ConfigEditor.of(base).build()));
  }

  @Test
  void everyPartCanBeSetAndUnset() throws IOException {
    ConfigEditor editor = ConfigEditor.of(Platform.of("linux", "arm64"))
        .cmd(List.of("a", "b"))
        .entrypoint(List.of("e"))
        .user("1:2")
        .workingDir("/w")
        .stopSignal("SIGINT")
        .label("k", "v")
        .exposePort("53/udp")
        .volume("/v")
        .author("Ann")
        .created(Instant.EPOCH);
    ImageConfig config = editor.build();
    assertEquals(List.of("e", "a", "b"), config.command());
    assertEquals(Optional.of("1:2"), config.user());
    assertEquals(Optional.of("/w"), config.workingDir());
    assertEquals(Optional.of("SIGINT"), config.stopSignal());
    assertEquals(Map.of("k", "v"), config.labels());
    assertEquals(List.of("53/udp"), List.copyOf(config.exposedPorts()));
    assertEquals(List.of("/v"), List.copyOf(config.volumes()));
    assertEquals(Optional.of(Instant.EPOCH), config.created());
    assertEquals("arm64", config.platform().architecture());
    ImageConfig without = editor.cmd(List.of()).entrypoint(List.of()).user("").build();
    assertEquals(List.of(), without.command());
    assertEquals(Optional.empty(), without.user());
  }

  @Test
  void layersComeAndGoWithTheirHistory() throws IOException {
    ImageConfig base = config("\"history\":[{\"created_by\":\"one\",\"x\":1},"
        + "{\"created_by\":\"env\",\"empty_layer\":true},{\"created_by\":\"two\"}],");
    ImageConfig.History step = new ImageConfig.History(
        Optional.of(Instant.EPOCH),
        Optional.of("three"),
        Optional.empty(),
        Optional.empty(),
        false);
    ImageConfig edited =
        ConfigEditor.of(base).keepLayers(1).layer(DiffId.parse(B), step).build();
    assertEquals(List.of(DiffId.parse(A), DiffId.parse(B)), edited.diffIds());
    assertEquals(
        List.of("one", "env", "three"),
        edited.history().stream().map(s -> s.createdBy().orElseThrow()).toList());
    assertEquals(0, ConfigEditor.of(base).keepLayers(0).build().history().size());
  }

  @Test
  void variablesHaveNames() {
    ConfigEditor editor = ConfigEditor.of(Platform.of("linux", "amd64"));
    assertThrows(IllegalArgumentException.class, () -> editor.env("", "v"));
    assertThrows(IllegalArgumentException.class, () -> editor.env("a=b", "v"));
  }

  @Test
  void annotationsOfTheManifestSurviveAndItsSubjectDoesNot() throws IOException {
    Descriptor config = Descriptor.ofContent(MediaType.DOCKER_CONFIG, new byte[] {'{', '}'});
    Descriptor layer = Descriptor.of(MediaType.DOCKER_LAYER_GZIP, Digest.parse(A), 7);
    String json = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.DOCKER_MANIFEST
        + "\",\"config\":" + config.toJson() + ",\"layers\":[" + layer.toJson()
        + "],\"annotations\":{\"k\":\"v\"},\"unknown\":1,\"subject\":" + layer.toJson() + "}";
    Manifest manifest = Manifest.parse(
        json.getBytes(StandardCharsets.UTF_8), MediaType.DOCKER_MANIFEST, Limits.DEFAULT);
    Descriptor newConfig = Descriptor.ofContent(MediaType.OCI_CONFIG, new byte[] {'{', '}'});
    Manifest derived = manifest.derive(newConfig, manifest.layers());
    assertEquals(Map.of("k", "v"), derived.annotations());
    assertEquals(Optional.empty(), derived.subject());
    assertEquals(MediaType.OCI_MANIFEST, derived.mediaType());
    assertEquals(MediaType.OCI_LAYER_GZIP, derived.layers().get(0).mediaType());
    assertEquals(
        true, new String(derived.bytes(), StandardCharsets.UTF_8).contains("\"unknown\":1"));
  }
}
