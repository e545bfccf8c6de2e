package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.nio.LayerFileSystem;
import dev.layerfs.posix.Name;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.testing.Tool;
import dev.layerfs.union.Quota;
import dev.layerfs.volume.Attachment;
import dev.layerfs.volume.HostView;
import dev.layerfs.volume.HostViewOptions;
import dev.layerfs.volume.MemoryVolume;
import dev.layerfs.volume.MountedView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * CVE-2018-15664 and its kin, through the door: while a container uses its volume, somebody on the host exchanges a directory
 * of it for a symbolic link. The container finds the directory or its link; where that leads on the host, nothing is touched.
 */
@EnabledOnOs(OS.LINUX)
final class VolumeRaceTest {
  private static final int ROUNDS = Integer.getInteger("layerfs.race.rounds", 100);
  private static final String SECRET = "canary";

  /** What is done with a path of the container. */
  @FunctionalInterface
  private interface Use {
    void of(Path path) throws IOException;
  }

  @Test
  void row107NothingOutsideTheVolumeIsTouched(@TempDir Path temp) throws Exception {
    Tool.assume("id");
    assumeTrue(Tool.run(List.of("id", "-u")).output().equals("0\n"), "needs root");
    Path root = Files.createDirectory(temp.toRealPath().resolve("root"));
    Path outside = Files.createDirectory(temp.toRealPath().resolve("outside"));
    Files.writeString(outside.resolve("file"), SECRET);
    Files.createDirectory(root.resolve("dir"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    HostFiles files = new LinuxFilesFactory().openShared(root).orElseThrow();
    HostView volume = HostView.open(files, root, HostViewOptions.DEFAULT);
    HostView base = MemoryVolume.open(Quota.UNLIMITED, Quota.UNLIMITED, 0755);
    List<Attachment> mounts = List.of(new Attachment(List.of(Name.of("data")), volume, false));
    AtomicBoolean ended = new AtomicBoolean();
    int met = 0;
    try (FileSystem door = LayerFileSystem.of(MountedView.of(base, mounts), "race");
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> attacker = threads.submit(() -> exchange(ended, files, root));
      try {
        for (int i = 0; i < ROUNDS; i++) {
          met += round(door.getPath("/data/dir"), i);
        }
      } finally {
        ended.set(true);
        attacker.get();
      }
    } finally {
      files.close();
    }
    assertTrue(met > 0, "no operation met an exchange");
    assertEquals(SECRET, Files.readString(outside.resolve("file")));
    assertEquals(List.of("file"), List.of(outside.toFile().list()));
  }

  private static void exchange(AtomicBoolean ended, HostFiles files, Path root) {
    try {
      while (!ended.get()) {
        files.exchange(root.resolve("dir"), root.resolve("link"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns how many operations failed. */
  private static int round(Path directory, int number) {
    Path file = directory.resolve("file");
    List<Use> uses = List.of(
        path -> Files.writeString(path, "written " + number),
        path -> assertFalse(Files.readString(path).contains(SECRET), "the canary was read"),
        path -> Files.createDirectory(directory.resolve("new" + number)),
        path -> Files.setAttribute(path, "unix:mode", 0600),
        path -> Files.list(directory).close(),
        path -> Files.delete(directory.resolve("new" + number)),
        Files::delete);
    int failed = 0;
    for (Use use : uses) {
      try {
        use.of(file);
      } catch (IOException e) {
        failed++;
      }
    }
    return failed;
  }
}
