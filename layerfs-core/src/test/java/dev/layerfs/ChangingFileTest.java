package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.changeset.TarEntry;
import dev.layerfs.changeset.TarReader;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of an upper layer that somebody else changes on the host, after their length has gone into a tar's header. */
final class ChangingFileTest {
  private static final int LENGTH = 3 << 20; // more than what is written ahead

  @TempDir
  private Path temporary;

  private LayerStore store;
  private Container container;

  @BeforeEach
  void create() throws IOException {
    store = LayerStore.open(temporary.resolve("store"));
    TestImage image = new TestImage().layer(new TarBuilder().file("a", "a"));
    store.load(new TestLayout().image("base:1", image).write(temporary.resolve("layout")));
    container = store.create(store.image("base:1"));
    byte[] content = new byte[LENGTH];
    Arrays.fill(content, (byte) 1);
    Files.write(container.root().resolve("victim"), content);
    Files.writeString(container.root().resolve("z"), "z");
  }

  @AfterEach
  void close() throws IOException {
    container.close();
    store.close();
  }

  /** Gives the file of the upper layer another length as soon as its header is written. */
  private final class Changing extends FilterOutputStream {
    private final byte[] content;
    private boolean changed;

    Changing(OutputStream out, byte[] content) {
      super(out);
      this.content = content;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
      if (!changed && text.contains("victim")) {
        changed = true;
        Files.write(victim(), content);
      }
    }
  }

  private Path victim() throws IOException {
    try (Stream<Path> walk = Files.walk(store.directory())) {
      return walk.filter(file -> file.endsWith("victim")).findFirst().orElseThrow();
    }
  }

  private static Map<String, Long> members(byte[] tar) throws IOException {
    Map<String, Long> members = new TreeMap<>();
    try (TarReader reader =
        new TarReader(new ByteArrayInputStream(tar), "export", Limits.DEFAULT)) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        members.put(new String(entry.name(), StandardCharsets.UTF_8), entry.size());
      }
    }
    return members;
  }

  @DisplayName(
      "H108: a file that has become shorter is an error, not a tar in which members have moved")
  @Test
  void shorterFilesAreAnError() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    IOException thrown =
        assertThrows(IOException.class, () -> container.export(new Changing(out, new byte[] {1})));
    assertTrue(String.valueOf(thrown.getMessage()).contains("changed"), thrown.toString());
  }

  @DisplayName("H108: a file that has become longer has the length in its header")
  @Test
  void longerFilesKeepTheirLength() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    container.export(new Changing(out, new byte[2 * LENGTH]));
    Map<String, Long> members = members(out.toByteArray());
    assertEquals(LENGTH, members.get("victim"));
    assertEquals(1, members.get("z"));
  }

  @Test
  void filesThatStayAreWhole() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    container.export(out);
    assertEquals(LENGTH, members(out.toByteArray()).get("victim"));
  }
}
