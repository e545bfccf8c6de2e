package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.InUseException;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume that two processes use, and one whose process is killed. */
final class VolumeProcessTest {
  @TempDir
  Path temporary;

  private Path directory;

  @BeforeEach
  void load() throws IOException {
    directory = temporary.resolve("store");
    TestImage image = new TestImage()
        .volumes("/anon")
        .layer(new TarBuilder().directory("data/").file("data/from", "image"));
    try (LayerStore store = LayerStore.open(directory)) {
      store.load(new TestLayout().image("app", image).write(temporary.resolve("layout")));
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(ClassPath.current().java(Holder.class, directory))
        .redirectError(temporary.resolve("errors").toFile())
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    return String.valueOf(output.readLine());
  }

  @Test
  void twoProcessesShareAVolume() throws Exception {
    Process other = start();
    try (LayerStore store = LayerStore.open(directory)) {
      assertEquals("held", firstLine(other), () -> errors());
      Volume data = store.volumes().get("data");
      assertTrue(data.info().open());
      assertThrows(InUseException.class, () -> store.volumes().remove("data"));
      ContainerOptions options = ContainerOptions.builder()
          .volume("data", "/mnt")
          .withoutImageVolumes()
          .build();
      try (Container container = store.create(store.image("app"), options)) {
        assertEquals("other", Files.readString(container.root().resolve("mnt/written")));
        assertEquals("image", Files.readString(container.root().resolve("mnt/from")));
        Files.writeString(container.root().resolve("mnt/written"), "this");
        other.getOutputStream().close(); // it looks at the file again, and ends
        assertEquals(0, other.waitFor(), () -> errors());
      }
      assertFalse(data.info().open());
      assertEquals(List.of("data"), names(store));
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void killedProcessLeavesTheVolumeAndNothingElse() throws Exception {
    Process other = start();
    try {
      assertEquals("held", firstLine(other), () -> errors());
    } finally {
      other.destroyForcibly().waitFor();
    }
    try (LayerStore store = LayerStore.open(directory)) {
      assertEquals(List.of(), store.containers());
      assertEquals(List.of("data"), names(store));
      assertFalse(store.volumes().get("data").info().inUse());
      try (Rootfs root = store.volumes().get("data").open()) {
        assertEquals("other", Files.readString(root.root().resolve("written")));
      }
      store.volumes().remove("data");
    }
  }

  private static List<String> names(LayerStore store) throws IOException {
    return store.volumes().list().stream().map(VolumeInfo::name).toList();
  }

  private String errors() {
    try {
      return Files.readString(temporary.resolve("errors"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** What the other process does: has an ephemeral container with a volume until its standard input ends. */
  static final class Holder {
    private Holder() {}

    /** Runs with the store's directory. */
    public static void main(String[] arguments) throws IOException {
      ContainerOptions options =
          ContainerOptions.builder().ephemeral().volume("data", "/data").build();
      try (OutputStream answer = new FileOutputStream(FileDescriptor.out);
          LayerStore store = LayerStore.open(Path.of(arguments[0]));
          Container container = store.create(store.image("app"), options)) {
        Path written = container.root().resolve("data/written");
        Files.writeString(written, "other");
        answer.write("held\n".getBytes(StandardCharsets.UTF_8));
        answer.flush();
        System.in.transferTo(OutputStream.nullOutputStream());
        if (!Files.readString(written).equals("this")) {
          throw new IOException("what the other process has written does not show");
        }
      }
    }
  }
}
