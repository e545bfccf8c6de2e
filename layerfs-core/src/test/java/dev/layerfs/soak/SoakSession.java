package dev.layerfs.soak;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Predicate;

/** What a worker has while it runs: the store, the containers that it has open, what there has to be, and its log. */
final class SoakSession implements Closeable {
  private static final int NAMES = 3;
  private static final int LONGEST_TEXT = 400;

  private final Path directory;
  private final Path sources;
  private final String pulled;
  private final int worker;
  private final Random random;
  private final SoakLog log;
  private final Map<String, Container> open = new HashMap<>();
  private LayerStore store;
  private SoakState state;
  private int texts;

  /** A call of the store; returns what has changed that could not be known before. */
  @FunctionalInterface
  interface Call {
    SortedMap<String, String> run() throws IOException;
  }

  SoakSession(
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
  }

  @Override
  public void close() throws IOException {
    store.close();
    open.clear();
  }

  /** Closes the store and opens it again. */
  void reopen() throws IOException {
    close();
    store = LayerStore.open(directory);
  }

  LayerStore store() {
    return store;
  }

  SoakState state() {
    return state;
  }

  Random random() {
    return random;
  }

  int worker() {
    return worker;
  }

  Path sources() {
    return sources;
  }

  String pulled() {
    return pulled;
  }

  /** Keeps a container open. */
  void opened(String key, Container container) {
    open.put(key, container);
  }

  /** Does something; it may be refused by a check, which has a container's lock for a moment, or because something needs it. */
  void run(String operation, SortedMap<String, String> changes, Call call) throws IOException {
    run(operation, changes, call, InUseException.class::isInstance);
  }

  /** Does something with what others may have removed. */
  void runShared(String operation, SortedMap<String, String> changes, Call call)
      throws IOException {
    run(
        operation,
        changes,
        call,
        e -> e instanceof InUseException || e instanceof NotFoundException);
  }

  private void run(
      String operation,
      SortedMap<String, String> changes,
      Call call,
      Predicate<IOException> refusal)
      throws IOException {
    log.begin(operation, changes);
    SortedMap<String, String> more;
    try {
      more = call.run();
    } catch (IOException e) {
      if (!refusal.test(e)) {
        throw e;
      }
      log.refused(e);
      return;
    }
    log.end(more);
    state = state.after(changes).after(more);
  }

  /** Returns a key of this worker, whether there is such an object or not. */
  String anyKey(String kind) {
    String prefix =
        kind.equals(SoakState.TAG) ? SoakState.repository(worker) : SoakState.prefix(worker);
    return kind + prefix + random.nextInt(NAMES);
  }

  /** Returns the key of an object that there is; empty if there is none. */
  String existing(String kind) {
    List<String> keys = state.keys(kind);
    return keys.isEmpty() ? "" : keys.get(random.nextInt(keys.size()));
  }

  /** Returns a key that is free; empty if none is. */
  String free(String kind) {
    String key = anyKey(kind);
    return state.objects().containsKey(key) ? "" : key;
  }

  /** Returns a container, which stays open. */
  Container container(String key) throws IOException {
    Container container = open.get(key);
    if (container == null) {
      container = store.open(SoakState.name(key));
      open.put(key, container);
    }
    return container;
  }

  /** Closes a container if it is open. */
  void close(String key) throws IOException {
    Container container = open.remove(key);
    if (container != null) {
      container.close();
    }
  }

  /** Returns a text that nobody else has written. */
  String text() {
    return ("worker " + worker + ", " + texts++ + " " + random.nextInt() + "\n")
        .repeat(1 + random.nextInt(LONGEST_TEXT));
  }

  /** The name of one of a worker's files; others have none of that name. */
  String fileName() {
    return "data/" + SoakState.prefix(worker) + random.nextInt(NAMES);
  }

  /** The name of an image that all load, or pull. */
  String sharedName(int number) {
    return number == SoakImages.PULLED && random.nextBoolean()
        ? pulled
        : SoakImages.sharedName(number);
  }

  /** Says what is wrong. */
  void report(List<String> problems) throws IOException {
    for (String problem : problems) {
      log.violation(problem);
    }
  }

  /** Whether this worker has written some of it. */
  boolean isOwn(SoakContent content) {
    String own = "data/" + SoakState.prefix(worker);
    return content.files().keySet().stream().anyMatch(name -> name.startsWith(own));
  }
}
