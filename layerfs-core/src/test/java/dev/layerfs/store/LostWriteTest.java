package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Platform;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.transfer.ImageSource;
import dev.layerfs.transfer.LoadRequest;
import dev.layerfs.transfer.Loader;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a disk fails to make durable is given up: it is never asked for again, for the kernel would say that all is well, and
 * nothing refers to it. Whoever tries once more, in the same process, gets all that he was promised.
 */
final class LostWriteTest {
  private static final LoadRequest REQUEST = new LoadRequest(
      Optional.empty(),
      Optional.empty(),
      Platform.of("linux", "amd64"),
      false,
      true,
      Limits.DEFAULT);

  private interface Step {
    void run(Store store, Path layout) throws IOException;
  }

  private static Path layout(FileSystem fs) throws IOException {
    TestImage image = new TestImage()
        .layer(new TarBuilder().file("lower", "lower"))
        .layer(new TarBuilder().file("upper", "upper"));
    return new TestLayout().image("image", image).write(fs.getPath("/layout"));
  }

  private static void load(Store store, Path layout) throws IOException {
    new Loader(store, REQUEST, (what, done, total) -> {})
        .load(spool -> ImageSource.open(layout, Limits.DEFAULT, spool));
  }

  @Test
  void aLoadThatCouldNotBeMadeDurableLeavesNothingBehind() throws IOException {
    int failures = sweep((store, layout) -> {}, LostWriteTest::load);
    assertTrue(failures > 15, failures + " of a load's calls"); // 10 files and 7 directories, or so
  }

  @Test
  void aNameThatCouldNotBeMadeDurableCanBeGivenAgain() throws IOException {
    int failures = sweep(
        LostWriteTest::load,
        (store, layout) -> store.images().tag("image", "docker.io/library/next:1"));
    assertTrue(
        failures >= 4, failures + " of a tag's calls"); // two records, each with its directory
  }

  /** Lets each call that makes something durable fail once; returns how many there were. */
  private static int sweep(Step before, Step step) throws IOException {
    int failures = 0;
    while (true) {
      try (FileSystem fs = Jimfs.newFileSystem(Configuration.unix())) {
        StorePaths paths = new StorePaths(fs.getPath("/store"));
        Path layout = layout(fs);
        LosingIo io = new LosingIo(StoreDirectory.open(paths, true));
        try (Store store = Store.open(paths, io)) {
          before.run(store, layout);
          Map<String, Digest> without = objects(paths);
          io.loseAfter(failures);
          if (succeeds(step, store, layout, io)) {
            return failures;
          }
          String subject = "call " + failures;
          if (io.hasLostContent()) {
            assertEquals(without, objects(paths), subject);
          }
          assertEquals(List.of(), store.images().garbage().garbage(), subject);
          step.run(store, layout);
          assertEquals(List.of(), io.stillLost(), subject);
          assertEquals(List.of(), io.forcedAgain(), subject);
          assertEquals(
              List.of(), store.check(true, false, List.of(), Progress.NOBODY).findings(), subject);
        }
      }
      failures++;
    }
  }

  private static boolean succeeds(Step step, Store store, Path layout, LosingIo io) {
    try {
      step.run(store, layout);
      assertTrue(!io.hasLost(), "a failure that nobody was told of");
      return true;
    } catch (IOException e) {
      assertTrue(io.hasLost(), e::toString);
      return false;
    }
  }

  /** Returns all that images consist of, and the list of images. */
  private static Map<String, Digest> objects(StorePaths paths) throws IOException {
    Map<String, Digest> objects = new TreeMap<>();
    for (Path top : List.of(paths.blobs(), paths.layers(), paths.trees(), paths.index())) {
      try (Stream<Path> files = Files.walk(top)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          objects.put(file.toString(), Digest.sha256(Files.readAllBytes(file)));
        }
      }
    }
    return objects;
  }
}
