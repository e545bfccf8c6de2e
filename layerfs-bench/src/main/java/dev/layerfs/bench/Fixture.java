package dev.layerfs.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What is measured: an image, as one implementation presents it. */
@State(Scope.Benchmark)
public abstract class Fixture {
  /** Who presents it. */
  @Param
  public Implementation implementation = Implementation.VIEW;

  private @Nullable BenchStore store;
  private @Nullable Root root;

  /** Returns the image. */
  abstract BenchImage image();

  /** Loads the image. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    store = new BenchStore(implementation, image());
  }

  /** Deletes everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws IOException {
    drop();
    store().close();
  }

  BenchStore store() {
    return Objects.requireNonNull(store, "not set up");
  }

  /** Drops the last root and makes a fresh one. */
  Path fresh() throws IOException {
    drop();
    Root fresh = implementation.open(store());
    root = fresh;
    return fresh.path();
  }

  /** Drops the root, if there is one: removes the container, or deletes the copy. */
  void drop() throws IOException {
    if (root != null) {
      root.close();
      root = null;
    }
  }
}
