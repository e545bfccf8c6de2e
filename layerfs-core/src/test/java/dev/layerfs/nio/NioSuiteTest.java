package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import de.pfabulist.lindwurm.niotest.tests.FSDescription;
import de.pfabulist.lindwurm.niotest.tests.descriptionbuilders.CombinedBuilder;
import de.pfabulist.lindwurm.niotest.tests.descriptionbuilders.Playgrounds;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * All of niotest on containers, on the disk or in memory, and at full {@link Scale} on both. A test may fail there only if it
 * fails on the JDK's own file system too: of 606 those are the eight or so that ask for what no JDK on Linux does. (Its tests of
 * read-only file systems are left out: they want the unchecked exception of zip files, where Linux has EROFS.)
 */
@EnabledOnOs(OS.LINUX)
final class NioSuiteTest {
  private static final int PARTS = 8;

  /** Not checked for files that are left open: niotest leaves some, on the default file system, too. */
  @TempDir(factory = TempDirFactory.Standard.class)
  Path temporary;

  private final FileSystem foreign = Jimfs.newFileSystem(Configuration.unix());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private LayerStore disk;
  private LayerStore memory;

  /** The failures of one run, as they come in. */
  private record Run(NioSuite.Playground playground, List<Future<Map<String, Throwable>>> parts) {}

  @BeforeEach
  void load() throws IOException {
    Files.createDirectories(foreign.getPath("/playground/foreign"));
    Path layout = new TestLayout()
        .image("debian:12", new TestImage().layer(new TarBuilder().directory("work/")))
        .write(temporary.resolve("layout"));
    disk = LayerStore.open(temporary.resolve("store"));
    memory = LayerStore.inMemory();
    disk.load(layout);
    memory.load(layout);
  }

  @AfterEach
  void close() throws IOException {
    threads.shutdownNow();
    disk.close();
    memory.close();
    foreign.close();
  }

  @Test
  void nothingFailsThatTheDefaultFileSystemCanDo() throws Exception {
    Run expected = start(this::onTheDefaultFileSystem);
    List<LayerStore> stores = List.of(disk, memory);
    int drawn = Seed.random(NioSuiteTest.class).nextInt(stores.size());
    List<Run> runs = new ArrayList<>();
    for (LayerStore store : Scale.share(stores, drawn, stores.size())) {
      runs.add(start(() -> inContainers(store)));
    }
    Set<String> allowed = failures(expected).keySet();
    for (Run run : runs) {
      assertEquals(Map.of(), without(allowed, run));
    }
  }

  private Run start(NioSuite.Playground playground) {
    List<Future<Map<String, Throwable>>> parts = new ArrayList<>();
    NioSuite.parts(PARTS, playground).forEach(part -> parts.add(threads.submit(part)));
    return new Run(playground, parts);
  }

  private static Map<String, Throwable> failures(Run run) throws Exception {
    Map<String, Throwable> failures = new TreeMap<>();
    for (Future<Map<String, Throwable>> part : run.parts()) {
      failures.putAll(part.get());
    }
    return failures;
  }

  /** What fails beyond what may: again, if it is run alone, since the suite compares times and waits for events. */
  private static Map<String, Throwable> without(Set<String> allowed, Run run) throws Exception {
    Map<String, Throwable> failures = failures(run);
    failures.keySet().removeAll(allowed);
    return failures.isEmpty()
        ? failures
        : NioSuite.run(run.playground(), List.copyOf(failures.keySet()));
  }

  private FSDescription onTheDefaultFileSystem() throws IOException {
    Path playground = Files.createTempDirectory(temporary, "playground");
    return described(CombinedBuilder.build()
        .playgrounds()
        .std(playground)
        .noClosable()
        .noSameProviderDifferentFileSystem());
  }

  private FSDescription inContainers(LayerStore store) throws IOException {
    Playgrounds<CombinedBuilder> playgrounds = CombinedBuilder.build()
        .playgrounds()
        .std(container(store))
        .closable(container(store))
        .sameProviderDifferentFileSystem(container(store));
    return described(playgrounds);
  }

  /** Containers that go with the store: some hold paths that are too long for who deletes the temporary directory. */
  private static Path container(LayerStore store) throws IOException {
    ContainerOptions ephemeral = ContainerOptions.builder().ephemeral().build();
    return store.create(store.image("debian:12"), ephemeral).root().resolve("work");
  }

  /** Access times are not kept up, as on most systems; everybody is root here; others write to the disk meanwhile. */
  private FSDescription described(Playgrounds<CombinedBuilder> playgrounds) {
    return playgrounds
        .differentProvider(foreign.getPath("/playground/foreign"))
        .noSizeLimit()
        .noSameFileSystemDifferentStore()
        .next()
        .fsCreation()
        .uri(fileSystem -> fileSystem.getPath("/").toUri())
        .env(Map.of("store", disk))
        .next()
        .unix()
        .noPermissionChecks()
        .next()
        .basicAttributes()
        .noLastAccessTime()
        .noCreationTime()
        .next()
        .fileStores()
        .notExclusive()
        .next()
        .done();
  }
}
