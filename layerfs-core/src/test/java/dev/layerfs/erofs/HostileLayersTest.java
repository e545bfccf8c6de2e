package dev.layerfs.erofs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
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
import dev.layerfs.posix.Name;
import dev.layerfs.testing.HostileCase;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
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
    Path merged = images.tree("tree", layers);
    try (ErofsImage image = ErofsImage.open(merged, layers)) {
      return Images.describe(image);
    } finally {
      Files.delete(merged);
      for (Path layer : layers) {
        Files.delete(layer);
      }
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
  void row16OneLayerPlantsALinkAnotherWritesThroughIt() throws IOException {
    SortedMap<String, String> tree = merge(
        new TarBuilder().symlink("etc", "/../../host").directory("host/"),
        new TarBuilder().file("etc/passwd", "x").whiteout("etc/", "shadow"));
    assertEquals(List.of("/", "/etc", "/host", "/host/passwd"), List.copyOf(tree.keySet()));
  }

  @Test
  void row14DirectoryAndLinkSwapPlaces() throws IOException {
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
  void row5AFileTakesTheLinksPlace() throws IOException {
    SortedMap<String, String> tree = merge(new TarBuilder()
        .file("etc/passwd", "root")
        .symlink("link", "/etc/passwd")
        .symlink("dangling", "/etc/none")
        .file("link", "x")
        .file("dangling", "y"));
    assertEquals(
        List.of("/", "/dangling", "/etc", "/etc/passwd", "/link"), List.copyOf(tree.keySet()));
    assertTrue(tree.get("/link").startsWith("REGULAR "), tree.get("/link"));
    assertTrue(tree.get("/dangling").startsWith("REGULAR "), tree.get("/dangling"));
    assertTrue(tree.get("/etc/passwd").contains(Images.content("root".getBytes(US_ASCII))));
  }

  @Test
  void row7HardLinksChangeNothingOfTheirTargets() throws IOException {
    TarBuilder layer = new TarBuilder()
        .add(TarEntryBuilder.file("d/f", "x".getBytes(US_ASCII)).mode(0600).owner(7, 7))
        .symlink("l", "d")
        .symlink("s", "d/f");
    SortedMap<String, String> before = merge(layer);
    SortedMap<String, String> tree = merge(
        layer,
        new TarBuilder()
            .add(TarEntryBuilder.of('1', "h").link("l/f").mode(0777).owner(0, 0))
            .add(TarEntryBuilder.of('1', "hs").link("s").mode(0777).owner(0, 0)));
    assertTrue(tree.get("/d/f").startsWith("REGULAR 0600 7:7 links=2 "), tree.get("/d/f"));
    assertTrue(tree.get("/h").startsWith("REGULAR 0600 7:7 links=2 "), tree.get("/h"));
    assertTrue(tree.get("/hs").startsWith("SYMLINK "), tree.get("/hs"));
    assertEquals(before.get("/d"), tree.get("/d"));
  }

  /** The path of CVE-2025-4517: links that make of a short name one that realpath gives up on. */
  @Test
  void row15LongExpansionsLeadNowhereElse() throws IOException {
    String component = "d".repeat(240);
    TarBuilder tar = new TarBuilder();
    StringBuilder path = new StringBuilder();
    StringBuilder links = new StringBuilder();
    for (char name = 'a'; name <= 'p'; name++) {
      tar.directory(path + component).symlink(path.toString() + name, component);
      path.append(component).append('/');
      links.append(name).append('/');
    }
    tar.symlink(links + "l".repeat(254), "../".repeat(16))
        .symlink("escape", links + "l".repeat(254) + "/../../../../../../../etc")
        .directory("etc")
        .file("escape/passwd", "evil");
    SortedMap<String, String> tree = merge(tar);
    assertEquals(
        List.of("/etc/passwd"),
        tree.keySet().stream().filter(each -> each.endsWith("/passwd")).toList());
  }

  @Test
  void row22WhatBecameALinkGivesItsTargetNothing() throws IOException {
    TarBuilder victim =
        new TarBuilder().add(TarEntryBuilder.directory("victim").mode(0711).mtime(1, 0));
    String before = merge(victim).get("/victim");
    SortedMap<String, String> tree = merge(new TarBuilder()
        .add(TarEntryBuilder.directory("victim").mode(0711).mtime(1, 0))
        .add(TarEntryBuilder.directory("d").mode(0777).owner(9, 9).mtime(2, 0))
        .file("d/f", "x")
        .symlink("d", "victim"));
    assertEquals(List.of("/", "/d", "/victim"), List.copyOf(tree.keySet()));
    assertEquals(before, tree.get("/victim"));
  }

  @Test
  void row115SpecialFilesAreRecordedAndNoMore() throws IOException {
    SortedMap<String, String> tree = merge(new TarBuilder().fifo("pipe").blockDevice("sda", 8, 0));
    assertTrue(tree.get("/pipe").startsWith("FIFO "), tree.get("/pipe"));
    assertTrue(tree.get("/sda").contains(" 8:0"), tree.get("/sda"));
  }

  @Test
  void row116NamesAreBytes() throws IOException {
    byte[] raw = {'r', (byte) 0xff, (byte) 0x80};
    byte[] latin = {'l', (byte) 0xe9};
    SortedMap<String, String> tree = merge(new TarBuilder()
        .add(TarEntryBuilder.of('0', "r__").patch(0, raw))
        .add(TarEntryBuilder.of('0', "x").record("hdrcharset", "BINARY").record("path", latin))
        .file("\u00fc", ""));
    assertEquals(
        Stream.of(raw, latin, "\u00fc".getBytes(UTF_8))
            .map(Name::ofBytes)
            .sorted()
            .toList(),
        tree.keySet().stream()
            .skip(1)
            .map(path -> Name.of(path.substring(1)))
            .sorted()
            .toList());
  }

  @Test
  void row28ManyOpaqueMarkersCostNothing() throws IOException {
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
