package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A {@link StoreHistory} on a disk. */
final class StoreDiskHistory implements DiskHistory {
  private final StoreSources sources;
  private final StoreExpectation expected;

  StoreDiskHistory(Path scratch) throws IOException {
    this.sources = StoreSources.make(scratch);
    this.expected = StoreExpectation.learn(sources);
  }

  private static Path store(Path disk) {
    return disk.resolve("parent/store");
  }

  @Override
  public void run(Path disk, Consumer<String> returned) throws IOException {
    sources.history(store(disk)).run(returned::accept);
  }

  @Override
  public int first() {
    return 0;
  }

  @Override
  public Optional<String> problem(int returned, Path disk) throws IOException {
    return expected.problem(returned, StoreContent.of(store(disk)));
  }

  @Override
  public void close() throws IOException {
    sources.close();
  }
}
