package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.spi.MountBackend.Mounted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of mount tables, as kernels write them. */
@EnabledOnOs(OS.LINUX)
final class MountTableTest {
  private static MountEntry entry(String line) throws IOException {
    List<MountEntry> entries =
        MountTable.parse((line + "\n").getBytes(StandardCharsets.UTF_8)).entries();
    assertEquals(1, entries.size());
    return entries.get(0);
  }

  private static List<String> lowers(String options) throws IOException {
    String line = "1 2 0:3 / /m rw - overlay o " + options;
    return entry(line).toMounted().lowers().stream().map(Path::toString).toList();
  }

  @Test
  void fields() throws IOException {
    MountEntry entry = entry(
        "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:22 - ext3 /dev/root rw,errors=continue");
    assertEquals(36, entry.id());
    assertEquals(35, entry.parent());
    assertEquals(List.of("master:1", "shared:22"), entry.propagation());
    assertEquals(Optional.of("22"), entry.peers());
    assertTrue(entry.follows("1") && entry.follows("22") && !entry.follows("2"));
    assertEquals(
        new Mounted(Path.of("/mnt2"), "ext3", "/dev/root", "98:0", List.of()), entry.toMounted());
  }

  @Test
  void noPropagation() throws IOException {
    MountEntry entry = entry("36 35 98:0 / / rw - tmpfs tmpfs rw");
    assertEquals(Optional.empty(), entry.peers());
  }

  @Test
  void escapes() throws IOException {
    MountEntry entry =
        entry("1 2 0:3 / /a\\040b\\011c\\012d\\134e\\0409 rw - fuse.x a\\040\\134b rw");
    assertEquals("/a b\tc\nd\\e 9", entry.target().toString());
    assertEquals("a \\b", entry.source());
  }

  /** No locale of the JVM changes what bytes a name has. */
  @Test
  void namesAreBytes() {
    byte[] bytes = new byte[255];
    for (int i = 0; i < 255; i++) {
      bytes[i] = (byte) (i + 1);
    }
    bytes[0] = '/';
    assertArrayEquals(bytes, RawPath.of(new RawPath(bytes).toPath()).bytes());
  }

  @Test
  void lowersOneByOne() throws IOException {
    assertEquals(
        List.of("/a,b", "/c:d\\:e", "/f g"),
        lowers(
            "rw,lowerdir+=/a\\054b,lowerdir+=/c:d\\134:e,lowerdir+=/f\\040g,upperdir=/u,workdir=/w"));
  }

  @Test
  void lowersAtOnce() throws IOException {
    assertEquals(
        List.of("/a,b", "/c:d\\e", "/f g"),
        lowers(
            "rw,lowerdir=/a\\134\\054b:/c\\134:d\\134\\134e:/f\\040g,upperdir=/u:/v,workdir=/w"));
  }

  @Test
  void dataLayersAndRelativeOnesAreLeftOut() throws IOException {
    assertEquals(List.of("/a"), lowers("rw,lowerdir=/a:relative::/data"));
    assertEquals(List.of("/a"), lowers("rw,lowerdir+=/a,datadir+=/data"));
    assertEquals(List.of(), lowers("rw,lowerdir=,upperdir=/u"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 2 0:3 / /m rw", "1 2 0:3 / /m rw - tmpfs", "1"})
  void whatIsNoLineOfATable(String line) {
    assertThrows(IOException.class, () -> entry(line));
  }

  @Test
  void theTableOfThisMachine() throws IOException {
    MountTable table = MountTable.own();
    assertTrue(table.at(RawPath.ofText("/proc")).isPresent());
    for (MountEntry entry : table.entries()) {
      assertTrue(entry.toMounted().target().isAbsolute());
    }
  }
}
