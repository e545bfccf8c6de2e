package dev.layerfs.store;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A file of an image that is written to, forced, extended, settled and cut off. Of what was forced everything has to be there
 * after power loss; each byte of the rest is what it was before or after one of the steps since.
 */
final class SparseHistory implements DiskHistory {
  private static final int CHUNK = 1 << 16;
  private static final int SIZE = (8 << 20) + 3 * CHUNK + 777;
  private static final String NAME = "image:1";
  private static final int WRITES = 5;
  private static final int ROUNDS = 6;

  private final Path layout;
  private final List<Step> steps = new ArrayList<>();

  /** What is in the file before all steps, and after each. */
  private final List<byte[]> states = new ArrayList<>();

  /** Of each step whether nothing may be lost of what was before its end. */
  private final List<Boolean> forced = new ArrayList<>();

  private interface Step {
    void take(Container container, FileChannel file) throws IOException;
  }

  SparseHistory(Path layout) throws IOException {
    this.layout = layout;
    byte[] content = new byte[SIZE];
    Random random = new Random(11);
    for (int at = 0; at < SIZE; at += 512) {
      content[at] = (byte) (1 + random.nextInt(100)); // compresses, and has no block of zeros
    }
    TestImage image = new TestImage().layer(new TarBuilder().directory("./").file("big", content));
    new TestLayout().image(NAME, image).write(layout);
    states.add(content);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < WRITES; i++) {
        addWrite(random, round == ROUNDS - 2 && i == 0);
      }
      addForce();
    }
    add(states.get(states.size() - 1), true, (container, file) -> container.checkpoint());
    int cut = 5 * CHUNK + 1;
    add(
        Arrays.copyOf(states.get(states.size() - 1), cut),
        false,
        (container, file) -> file.truncate(cut));
    addForce();
  }

  private void add(byte[] state, boolean force, Step step) {
    states.add(state);
    forced.add(force);
    steps.add(step);
  }

  private void addForce() {
    add(states.get(states.size() - 1), true, (container, file) -> file.force(true));
  }

  private void addWrite(Random random, boolean extend) {
    byte[] before = states.get(states.size() - 1);
    byte[] bytes = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? 3 * CHUNK : 5000)];
    Arrays.fill(bytes, (byte) (101 + random.nextInt(20)));
    int position = extend ? before.length + 100 : random.nextInt(before.length - bytes.length);
    byte[] after = Arrays.copyOf(before, Math.max(before.length, position + bytes.length));
    System.arraycopy(bytes, 0, after, position, bytes.length);
    add(after, false, (container, file) -> file.write(ByteBuffer.wrap(bytes), position));
  }

  private static Path store(Path disk) {
    return disk.resolve("store");
  }

  @Override
  public void run(Path disk, Consumer<String> returned) throws IOException {
    try (LayerStore store = LayerStore.open(store(disk))) {
      store.load(layout);
      try (Container container = store.create(
              store.image(NAME), ContainerOptions.builder().name("c").build());
          FileChannel file = FileChannel.open(
              container.root().resolve("big"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        returned.accept("created");
        for (Step step : steps) {
          step.take(container, file);
          returned.accept("step");
        }
      }
    }
  }

  @Override
  public int first() {
    return 1;
  }

  @Override
  public Optional<String> problem(int returned, Path disk) throws IOException {
    byte[] found;
    try (LayerStore store = LayerStore.open(store(disk));
        Container container = store.open("c")) {
      found = Files.readAllBytes(container.root().resolve("big"));
    }
    int last = Math.min(
        returned, steps.size()); // of the states, the one after the step that was being taken
    int first = returned - 1;
    while (first > 0 && !forced.get(first - 1)) {
      first--;
    }
    List<byte[]> allowed = states.subList(first, last + 1);
    if (allowed.stream().noneMatch(state -> state.length == found.length)) {
      return Optional.of("after " + returned + " steps: size " + found.length);
    }
    for (int i = 0; i < found.length; i++) {
      if (!isAllowed(allowed, i, found[i])) {
        return Optional.of("after " + returned + " steps, at " + i + ": " + found[i]);
      }
    }
    return Optional.empty();
  }

  /** A byte after the end of a state is there only because the file was extended: before it is written it is zero. */
  private static boolean isAllowed(List<byte[]> states, int at, byte found) {
    for (byte[] state : states) {
      if (at < state.length ? state[at] == found : found == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {}
}
