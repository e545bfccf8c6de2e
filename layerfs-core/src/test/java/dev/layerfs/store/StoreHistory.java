package dev.layerfs.store;

import dev.layerfs.CommitOptions;
import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.PullOptions;
import dev.layerfs.PushOptions;
import dev.layerfs.registry.CredentialSource;
import dev.layerfs.registry.HostOptions;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RegistryOptions;
import dev.layerfs.union.Upper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A history of a store, in which everything happens that a store can do. Two runs give the same content. After each step a
 * call has returned, so its effect has to survive whatever comes.
 */
final class StoreHistory implements Closeable {
  private static final Instant TIME = Instant.parse("2024-05-06T07:08:09Z");
  private static final String RETURNED = "returned: ";
  private static final String BLOBS = "(sha256|recipes) .*"; // one after the other
  private static final Pattern NOTHING = Pattern.compile("(?!)");

  private final Path directory;
  private final Path one;
  private final Path two;
  private final String registry;
  private final List<Step> steps = new ArrayList<>();
  private @Nullable LayerStore store;
  private @Nullable Container container;

  /** Something that a step does. */
  private interface Action {
    void run() throws IOException;
  }

  /**
   * One call.
   *
   * @param name what it does
   * @param open which lines of the content are uncertain until it returns, because it is several calls, or was not to be durable
   */
  record Step(String name, Pattern open, Action action) {}

  /**
   * Prepares a history.
   *
   * @param directory where the store will be
   * @param sources the directory of {@link StoreSources}
   * @param registry the host of its registry
   */
  StoreHistory(Path directory, Path sources, String registry) {
    this.directory = directory;
    this.one = sources.resolve("one");
    this.two = sources.resolve("two");
    this.registry = registry;
    add("open", () -> store = LayerStore.open(directory));
    add("load", () -> store().load(one));
    add("load another", () -> store().load(two));
    add("pull", this::pull);
    add("create", () -> container = create("c"));
    add("write", "file c .*", this::write);
    add("checkpoint", () -> container().checkpoint());
    add("write again", "file c /data.*", this::writeAgain);
    add("roll back", () -> container().rollback(container().checkpoints().get(0)));
    add("fork", "(uppers|checkpoints) .*", () -> container().fork(named("d")).close());
    add("write and commit", "(uppers|checkpoints) .*|file c /data/late.*", this::commit);
    add("sync", "file c /data/late.*", () -> container().posix().sync());
    add("tag", () -> store().tag("three", "four"));
    add("discard blobs", BLOBS, () -> store().maintenance().discardBlobs());
    add("push", BLOBS, this::push); // makes some of them again
    add("discard them again", BLOBS, () -> store().maintenance().discardBlobs());
    add("close", () -> container().close());
    add("remove a container", () -> store().removeContainer("d"));
    add("convert", this::convert);
    add("reset", () -> store().reset("c"));
    add("make one that does not stay", this::ephemeral);
    add("remove an image", () -> store().remove("two"));
    add("gc", () -> store().gc());
    add("close the store", () -> store().close());
  }

  /** Takes all steps and says which have returned. The arguments are those of the constructor. */
  public static void main(String[] arguments) throws IOException {
    new StoreHistory(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2])
        .run(step -> System.out.println(RETURNED + step));
  }

  /** How many steps had returned, by what {@link #main} has printed. */
  static int returned(String output) {
    return (int) output.lines().filter(line -> line.startsWith(RETURNED)).count();
  }

  private void add(String name, Action action) {
    steps.add(new Step(name, NOTHING, action));
  }

  private void add(String name, String open, Action action) {
    steps.add(new Step(name, Pattern.compile(open), action));
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Takes all steps; says after each that it has returned. */
  void run(Consumer<String> returned) throws IOException {
    for (Step step : steps) {
      step.action().run();
      returned.accept(step.name());
    }
  }

  /** Closes what a history that was broken off has left open. */
  @Override
  public void close() throws IOException {
    try (LayerStore opened = store) {
      if (container != null) {
        container.close();
      }
    }
  }

  private LayerStore store() {
    return Objects.requireNonNull(store);
  }

  private Container container() {
    return Objects.requireNonNull(container);
  }

  private static ContainerOptions named(String name) {
    return ContainerOptions.builder().name(name).build();
  }

  private Container create(String name) throws IOException {
    return store().create(store().image("one"), named(name));
  }

  private void write() throws IOException {
    Path root = container().root();
    Files.createDirectory(root.resolve("data"));
    put("data/a", "a".repeat(5000));
    put("etc/motd", "changed");
    Files.delete(root.resolve("etc/gone"));
    Path link = root.resolve("data/link");
    Files.createSymbolicLink(link, root.getFileSystem().getPath("a"));
    Files.createLink(root.resolve("data/second"), root.resolve("data/a"));
    setTimes("data", "etc");
    FileTime time = FileTime.from(TIME);
    Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, time, null);
    container().posix().sync();
  }

  private void writeAgain() throws IOException {
    put("data/a", "b".repeat(700));
    put("data/more", "more");
    container().posix().sync();
  }

  private void commit() throws IOException {
    put("data/late", "late ".repeat(300));
    setTimes("data", "");
    container().commit("three", CommitOptions.DEFAULT);
  }

  private void pull() throws IOException {
    try (RegistryClient client = client()) {
      store()
          .pull(
              StoreSources.pulled(registry),
              PullOptions.builder().client(client).build());
    }
  }

  /** Each store has its own repository, so that everything is sent. */
  private void push() throws IOException {
    String destination = registry + "/" + directory.getFileName() + ":1";
    try (RegistryClient client = client()) {
      store()
          .push(
              "three",
              PushOptions.builder().client(client).destination(destination).build());
    }
  }

  private RegistryClient client() throws IOException {
    return RegistryClient.open(RegistryOptions.builder()
        .host(registry, HostOptions.builder().plainHttp().build())
        .credentials(CredentialSource.NONE)
        .retries(1, Duration.ofMillis(1))
        .build());
  }

  private void put(String name, String content) throws IOException {
    Path file = container().root().resolve(name);
    Files.writeString(file, content);
    setTimes(name);
  }

  /** A committed image has the files' times in it. */
  private void setTimes(String... names) throws IOException {
    for (String name : names) {
      Files.setLastModifiedTime(container().root().resolve(name), FileTime.from(TIME));
    }
  }

  private void convert() throws IOException {
    try (Store engine = Store.open(directory, true)) {
      Id id = engine.containers().find("c");
      Upper.Format now = engine.containers().read(id).uppers().format();
      Upper.Format other =
          new Upper.Format(now.name().equals("portable") ? "portable-side" : "portable");
      engine.containers().convert(id, other);
    }
  }

  private void ephemeral() throws IOException {
    ContainerOptions options = ContainerOptions.builder().ephemeral().build();
    try (Container made = store().create(store().image("three"), options)) {
      Files.writeString(made.root().resolve("file"), "content");
    }
  }
}
