package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.changeset.ChangesetReader;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.HostileCase;
import dev.layerfs.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks by paths, links and whiteouts, from the tar to the image tree. */
final class HostileLayersTest {
  private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
  private final Images images = new Images(memory.getPath("/work"));

  @AfterEach
  void close() throws IOException {
    memory.close();
  }

  private Path layer(String name, InputStream tar) throws IOException {
    Path file = memory.getPath(name + ".erofs");
    try (ChangesetReader changes = new ChangesetReader(tar, "layer " + name, Limits.DEFAULT);
        var out = Images.create(file)) {
      LayerFile.write(changes, out, () -> Images.uuid(1));
    }
    return file;
  }

  private SortedMap<String, String> merge(TarBuilder... tars) throws IOException {
    List<Path> layers = new ArrayList<>();
    for (TarBuilder tar : tars) {
      layers.add(layer("layer" + layers.size(), new ByteArrayInputStream(tar.build())));
    }
    try (ErofsImage image = ErofsImage.open(images.tree("tree", layers), layers)) {
      return Images.describe(image);
    }
  }

  /** What paths decide: groups A and B, plain tars. */
  static Stream<HostileCase> cases() {
    return HostileCase.hostile().stream()
        .filter(c -> c.id().startsWith("A") || c.id().startsWith("B"))
        .filter(c -> c.file().toString().endsWith(".tar"));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void doesAsListed(HostileCase c) throws IOException {
    IOException refusal = null;
    try (InputStream tar = Files.newInputStream(c.file())) {
      Path layer = layer(c.id(), tar);
      try (ErofsImage image =
          ErofsImage.open(images.tree("tree", List.of(layer)), List.of(layer))) {
        Images.describe(image);
      }
    } catch (IOException e) {
      refusal = e;
    }
    if (refusal == null) {
      boolean fine = Stream.of("ACCEPT", "CONTAIN", "ACCEPT-AS-WHITEOUT").anyMatch(c::allows);
      assertTrue(fine, () -> "accepted: " + c);
    } else {
      assertTrue(c.allows("REJECT"), "refused: " + c + ": " + refusal);
      assertTrue(
          refusal instanceof MalformedImageException
              || refusal instanceof LimitExceededException
              || refusal instanceof UnsupportedImageException,
          refusal::toString);
    }
  }

  @Test
  void oneLayerPlantsALinkAnotherWritesThroughIt() throws IOException {
    SortedMap<String, String> tree = merge(
        new TarBuilder().symlink("etc", "/../../host").directory("host/"),
        new TarBuilder().file("etc/passwd", "x").whiteout("etc/", "shadow"));
    assertEquals(List.of("/", "/etc", "/host", "/host/passwd"), List.copyOf(tree.keySet()));
  }

  @Test
  void directoryAndLinkSwapPlaces() throws IOException {
    SortedMap<String, String> tree = merge(new TarBuilder()
        .directory("d/")
        .file("d/one", "1")
        .symlink("d", "/")
        .file("d/two", "2")
        .directory("d/")
        .file("d/three", "3"));
    assertEquals(List.of("/", "/d", "/d/three", "/two"), List.copyOf(tree.keySet()));
  }

  @Test
  void messagesNameTheLayer() {
    TarBuilder tar = new TarBuilder().file("f", "x").file("f/g", "y");
    MalformedImageException e = assertThrows(MalformedImageException.class, () -> merge(tar));
    assertEquals(
        "layer layer0 entry 1 'f/g': below something that is not a directory", e.getMessage());
  }

  @Test
  void manyOpaqueMarkersCostNothing() throws IOException {
    TarBuilder lower = new TarBuilder();
    TarBuilder upper = new TarBuilder();
    for (int i = 0; i < 2_000; i++) {
      lower.file("d/f" + i, "");
      upper.opaque("d/");
    }
    assertEquals(List.of("/", "/d"), List.copyOf(merge(lower, upper).keySet()));
  }

  @Test
  void notesAreHandedOn() throws IOException {
    TarBuilder tar = new TarBuilder().file(".wh..wh.plnk/x", "");
    try (ChangesetReader changes =
            new ChangesetReader(new ByteArrayInputStream(tar.build()), "layer", Limits.DEFAULT);
        var out = Images.create(memory.getPath("notes"))) {
      LayerFile.Summary summary = LayerFile.write(changes, out, () -> Images.uuid(1));
      assertEquals(1, summary.notes().size());
      assertEquals(0, summary.entries());
    }
  }
}
