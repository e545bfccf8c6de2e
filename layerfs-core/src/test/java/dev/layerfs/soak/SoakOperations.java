package dev.layerfs.soak;

import dev.layerfs.CheckOptions;
import dev.layerfs.CheckReport;
import dev.layerfs.Checkpoint;
import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.LoadOptions;
import dev.layerfs.PullOptions;
import dev.layerfs.Rootfs;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.registry.HostOptions;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RegistryOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Random operations of one worker, each of which is in the log before it is begun and when it has returned. */
final class SoakOperations implements Closeable {
  private static final int NAMES = 3;
  private static final int MOST_LAYERS = 8;
  private static final int LONGEST_TEXT = 400;

  private final Path directory;
  private final Path sources;
  private final String pulled;
  private final int worker;
  private final Random random;
  private final SoakLog log;
  private final List<Operation> choices = new ArrayList<>();
  private final Map<String, Container> open = new HashMap<>();
  private LayerStore store;
  private SoakState state;
  private int texts;

  /** Something to do, with whatever there is to do it with. */
  @FunctionalInterface
  private interface Operation {
    void run() throws IOException;
  }

  /** A call of the store; returns what has changed that could not be known before. */
  @FunctionalInterface
  private interface Call {
    SortedMap<String, String> run() throws IOException;
  }

  SoakOperations(
      Path directory,
      Path sources,
      String pulled,
      int worker,
      Random random,
      SoakState state,
      SoakLog log)
      throws IOException {
    this.directory = directory;
    this.sources = sources;
    this.pulled = pulled;
    this.worker = worker;
    this.random = random;
    this.state = state;
    this.log = log;
    this.store = LayerStore.open(directory);
    add(6, this::write);
    add(3, this::create);
    add(3, this::verify);
    add(
        2,
        this::load,
        this::deleteFile,
        this::commit,
        this::checkpoint,
        this::rollBack,
        this::closeContainer,
        this::removeContainer,
        this::writeVolume,
        this::gc);
    add(
        1,
        this::loadShared,
        this::pull,
        this::createFromShared,
        this::removeShared,
        this::createEphemeral,
        this::fork,
        this::reset,
        this::tag,
        this::removeTag,
        this::removeUntagged,
        this::createVolume,
        this::removeVolume,
        this::check,
        this::reopen);
  }

  private void add(int weight, Operation... operations) {
    for (int i = 0; i < weight; i++) {
      choices.addAll(List.of(operations));
    }
  }

  /** Does something. */
  void next() throws IOException {
    choices.get(random.nextInt(choices.size())).run();
  }

  @Override
  public void close() throws IOException {
    store.close();
    open.clear();
  }

  private void run(String operation, SortedMap<String, String> changes, Call call)
      throws IOException {
    log.begin(operation, changes);
    SortedMap<String, String> more;
    try {
      more = call.run();
    } catch (InUseException e) {
      log.refused(
          e); // by a check, which has a container's lock for a moment, or because something needs
      // it
      return;
    }
    log.end(more);
    state = state.after(changes).after(more);
  }

  /** Does something with what others may have removed. */
  private void runShared(String operation, SortedMap<String, String> changes, Call call)
      throws IOException {
    log.begin(operation, changes);
    SortedMap<String, String> more;
    try {
      more = call.run();
    } catch (InUseException | NotFoundException e) {
      log.refused(e);
      return;
    }
    log.end(more);
    state = state.after(changes).after(more);
  }

  private static SortedMap<String, String> nothing() {
    return Collections.emptySortedMap();
  }

  private static SortedMap<String, String> change(String key, Object value) {
    return new TreeMap<>(Map.of(key, value.toString()));
  }

  private static SortedMap<String, String> removal(String key) {
    return change(key, "");
  }

  private static String name(String key) {
    return key.substring(key.indexOf(' ') + 1);
  }

  private String anyKey(String kind) {
    String prefix =
        kind.equals(SoakState.TAG) ? SoakState.repository(worker) : SoakState.prefix(worker);
    return kind + prefix + random.nextInt(NAMES);
  }

  /** Returns the key of an object that there is; empty if there is none. */
  private String existing(String kind) {
    List<String> keys = state.keys(kind);
    return keys.isEmpty() ? "" : keys.get(random.nextInt(keys.size()));
  }

  /** Returns a key that is free; empty if none is. */
  private String free(String kind) {
    String key = anyKey(kind);
    return state.objects().containsKey(key) ? "" : key;
  }

  private Container container(String key) throws IOException {
    Container container = open.get(key);
    if (container == null) {
      container = store.open(name(key));
      open.put(key, container);
    }
    return container;
  }

  private void load() throws IOException {
    int number = random.nextInt(SoakImages.COUNT);
    String key = SoakState.TAG + SoakState.repository(worker) + number;
    run("load", change(key, SoakObject.of(SoakImages.content(number))), () -> {
      store.load(
          SoakImages.own(sources, worker, number),
          LoadOptions.builder().overwriteNames().build());
      return nothing();
    });
  }

  private void loadShared() throws IOException {
    run("load shared", nothing(), () -> {
      store.load(SoakImages.shared(sources, random.nextInt(SoakImages.COUNT)));
      return nothing();
    });
  }

  private void pull() throws IOException {
    run("pull", nothing(), () -> {
      HostOptions plain = HostOptions.builder().plainHttp().build();
      String host = pulled.substring(0, pulled.indexOf('/'));
      try (RegistryClient client =
          RegistryClient.open(RegistryOptions.builder().host(host, plain).build())) {
        store.pull(pulled, PullOptions.builder().client(client).build());
      }
      return nothing();
    });
  }

  /** The name of an image that all load, or pull. */
  private String sharedName(int number) {
    return number == SoakImages.PULLED && random.nextBoolean()
        ? pulled
        : SoakImages.sharedName(number);
  }

  private void removeShared() throws IOException {
    runShared("remove shared", nothing(), () -> {
      store.remove(sharedName(random.nextInt(SoakImages.COUNT)));
      return nothing();
    });
  }

  private void create() throws IOException {
    String key = free(SoakState.CONTAINER);
    String tag = existing(SoakState.TAG);
    if (key.isEmpty() || tag.isEmpty()) {
      return;
    }
    String volume = random.nextBoolean() ? existing(SoakState.VOLUME) : "";
    ContainerOptions.Builder options = ContainerOptions.builder().name(name(key));
    if (!volume.isEmpty()) {
      options.volume(name(volume), "/" + SoakContent.VOLUME);
    }
    SoakObject made = SoakObject.made(state.get(tag).content());
    run("create", change(key, made), () -> {
      open.put(key, store.create(store.image(name(tag)), options.build()));
      return nothing();
    });
  }

  private void createFromShared() throws IOException {
    String key = free(SoakState.CONTAINER);
    if (key.isEmpty()) {
      return;
    }
    int number = random.nextInt(SoakImages.COUNT);
    SoakObject made = SoakObject.made(SoakImages.content(number));
    runShared("create from shared", change(key, made), () -> {
      ContainerOptions options = ContainerOptions.builder().name(name(key)).build();
      open.put(key, store.create(store.image(sharedName(number)), options));
      return nothing();
    });
  }

  private void createEphemeral() throws IOException {
    String tag = existing(SoakState.TAG);
    if (tag.isEmpty()) {
      return;
    }
    run("create ephemeral", nothing(), () -> {
      ContainerOptions options = ContainerOptions.builder().ephemeral().build();
      try (Container made = store.create(store.image(name(tag)), options)) {
        Files.writeString(made.root().resolve("data/short"), "lived");
        SoakContent expected = state.get(tag).content().with("data/short", "lived");
        report(SoakObject.of(expected).problems(made, "an ephemeral container of " + tag));
      }
      return nothing();
    });
  }

  private String text() {
    return ("worker " + worker + ", " + texts++ + " " + random.nextInt() + "\n")
        .repeat(1 + random.nextInt(LONGEST_TEXT));
  }

  /** The name of one of a worker's files; others have none of that name. */
  private String fileName() {
    return "data/" + SoakState.prefix(worker) + random.nextInt(NAMES);
  }

  private void write() throws IOException {
    String key = existing(SoakState.CONTAINER);
    if (!key.isEmpty()) {
      String name = random.nextInt(4) == 0 ? "etc/motd" : fileName();
      String text = text();
      SoakObject after = state.get(key).with(state.get(key).content().with(name, text));
      run("write " + name, change(key, after), () -> {
        put(container(key).root().resolve(name), text);
        return nothing();
      });
    }
  }

  private static void put(Path file, String text) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + SoakContent.UNFINISHED);
    Files.writeString(unfinished, text);
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private void deleteFile() throws IOException {
    String key = existing(SoakState.CONTAINER);
    if (key.isEmpty() || state.get(key).content().files().isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(state.get(key).content().files().keySet());
    String name = names.get(random.nextInt(names.size()));
    SoakObject after = state.get(key).with(state.get(key).content().without(name));
    run("delete " + name, change(key, after), () -> {
      Files.delete(container(key).root().resolve(name));
      return nothing();
    });
  }

  /** Only what no other worker can have: that may be removed when it has lost its name. */
  private void commit() throws IOException {
    String key = existing(SoakState.CONTAINER);
    if (key.isEmpty() || !isOwn(state.get(key).content())) {
      return;
    }
    String tag = anyKey(SoakState.TAG);
    run("commit", change(tag, SoakObject.of(state.get(key).content())), () -> {
      Container container = container(key);
      if (store.image(container.info().image().toString()).manifest().layers().size()
          >= MOST_LAYERS) {
        throw new InUseException(key, "has enough layers");
      }
      container.commit(name(tag));
      return nothing();
    });
  }

  private boolean isOwn(SoakContent content) {
    String own = "data/" + SoakState.prefix(worker);
    return content.files().keySet().stream().anyMatch(name -> name.startsWith(own));
  }

  private void fork() throws IOException {
    String key = existing(SoakState.CONTAINER);
    String child = free(SoakState.CONTAINER);
    if (key.isEmpty() || child.isEmpty()) {
      return;
    }
    run("fork", change(child, SoakObject.made(state.get(key).content())), () -> {
      ContainerOptions options = ContainerOptions.builder().name(name(child)).build();
      open.put(child, container(key).fork(options));
      return nothing();
    });
  }

  private void checkpoint() throws IOException {
    String key = existing(SoakState.CONTAINER);
    if (key.isEmpty()) {
      return;
    }
    run("checkpoint", nothing(), () -> {
      Checkpoint made = container(key).checkpoint();
      return change(key, state.get(key).checkpoint(made.id()));
    });
  }

  private void rollBack() throws IOException {
    String key = existing(SoakState.CONTAINER);
    if (key.isEmpty()) {
      return;
    }
    Map<String, SoakContent> known = new TreeMap<>(state.get(key).checkpoints());
    known.remove(SoakObject.MADE);
    if (known.isEmpty()) {
      return;
    }
    String id = List.copyOf(known.keySet()).get(random.nextInt(known.size()));
    Container container;
    try {
      container = container(key);
    } catch (InUseException e) {
      return;
    }
    run("roll back", change(key, rolledBack(container, key, id)), () -> {
      container.rollback(new Checkpoint(id));
      return nothing();
    });
  }

  private SoakObject rolledBack(Container container, String key, String id) {
    SortedMap<String, SoakContent> left = new TreeMap<>(state.get(key).checkpoints());
    boolean later = false;
    for (Checkpoint checkpoint : container.checkpoints()) {
      if (later) {
        left.remove(checkpoint.id());
      }
      later |= checkpoint.id().equals(id);
    }
    return new SoakObject(left.get(id), left);
  }

  private void reset() throws IOException {
    String key = existing(SoakState.CONTAINER);
    if (key.isEmpty()) {
      return;
    }
    SoakObject made = SoakObject.made(state.get(key).checkpoints().get(SoakObject.MADE));
    run("reset", change(key, made), () -> {
      close(key);
      store.reset(name(key));
      return nothing();
    });
  }

  private void close(String key) throws IOException {
    Container container = open.remove(key);
    if (container != null) {
      container.close();
    }
  }

  private void closeContainer() throws IOException {
    String key = existing(SoakState.CONTAINER);
    if (!key.isEmpty()) {
      run("close", nothing(), () -> {
        close(key);
        return nothing();
      });
    }
  }

  private void removeContainer() throws IOException {
    String key = existing(SoakState.CONTAINER);
    if (!key.isEmpty()) {
      run("remove container", removal(key), () -> {
        close(key);
        store.removeContainer(name(key));
        return nothing();
      });
    }
  }

  private void tag() throws IOException {
    String from = existing(SoakState.TAG);
    String to = free(SoakState.TAG);
    if (!from.isEmpty() && !to.isEmpty()) {
      run("tag", change(to, state.get(from)), () -> {
        store.tag(name(from), name(to));
        return nothing();
      });
    }
  }

  private void removeTag() throws IOException {
    String key = existing(SoakState.TAG);
    if (!key.isEmpty()) {
      run("remove tag", removal(key), () -> {
        store.remove(name(key));
        return nothing();
      });
    }
  }

  /** Nobody but this worker could name an image with its files. */
  private void removeUntagged() throws IOException {
    run("remove untagged", nothing(), () -> {
      for (Image image : store.images()) {
        if (image.names().isEmpty() && isOwn(image)) {
          store.remove(image.digest().toString());
        }
      }
      return nothing();
    });
  }

  private boolean isOwn(Image image) throws IOException {
    try (Rootfs root = image.open()) {
      return isOwn(SoakContent.read(root.root()));
    } catch (NotFoundException e) {
      return false; // another's, who has removed it meanwhile
    }
  }

  private void createVolume() throws IOException {
    String key = free(SoakState.VOLUME);
    if (!key.isEmpty()) {
      run("create volume", change(key, SoakObject.of(SoakContent.empty())), () -> {
        store.volumes().create(name(key));
        return nothing();
      });
    }
  }

  private void writeVolume() throws IOException {
    String key = existing(SoakState.VOLUME);
    if (!key.isEmpty()) {
      String name = SoakState.prefix(worker) + random.nextInt(NAMES);
      String text = text();
      SoakContent after = state.get(key).content().with(name, text);
      run("write volume", change(key, SoakObject.of(after)), () -> {
        try (Rootfs root = store.volumes().get(name(key)).open()) {
          put(root.root().resolve(name), text);
        }
        return nothing();
      });
    }
  }

  private void removeVolume() throws IOException {
    String key = existing(SoakState.VOLUME);
    if (!key.isEmpty()) {
      run("remove volume", removal(key), () -> {
        store.volumes().remove(name(key));
        return nothing();
      });
    }
  }

  private void verify() throws IOException {
    String key = existing(random.nextBoolean() ? SoakState.CONTAINER : SoakState.TAG);
    if (key.isEmpty()) {
      return;
    }
    run("verify", nothing(), () -> {
      if (key.startsWith(SoakState.CONTAINER)) {
        report(state.get(key).problems(container(key), key));
      } else {
        try (Rootfs root = store.image(name(key)).open()) {
          report(state.get(key).problems(root, key));
        }
      }
      return nothing();
    });
  }

  private void report(List<String> problems) throws IOException {
    for (String problem : problems) {
      log.violation(problem);
    }
  }

  private void gc() throws IOException {
    run("gc", nothing(), () -> {
      store.gc();
      return nothing();
    });
  }

  private void check() throws IOException {
    run("check", nothing(), () -> {
      CheckOptions fast = CheckOptions.builder().level(CheckOptions.Level.FAST).build();
      for (CheckReport.Finding finding : store.maintenance().check(fast).findings()) {
        if (finding.status() == CheckReport.Status.DAMAGED) {
          log.violation(finding.toString());
        }
      }
      store.maintenance().space();
      return nothing();
    });
  }

  private void reopen() throws IOException {
    run("reopen", nothing(), () -> {
      close();
      store = LayerStore.open(directory);
      return nothing();
    });
  }
}
