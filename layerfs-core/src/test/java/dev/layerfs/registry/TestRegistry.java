package dev.layerfs.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.testing.TestImage;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A registry in this process, on a port of the loopback interface: strict about what clients send, and faulty where a test
 * wants that. Whatever it objects to it answers with 400 and keeps in {@link #complaints}.
 */
public final class TestRegistry implements Closeable {
  /** What it may do instead of what is right. */
  @FunctionalInterface
  interface Fault {
    /** Answers, or does half of it; whoever returns false leaves the answer to the registry. */
    boolean happens(HttpExchange exchange) throws IOException;
  }

  /** What a client has asked. */
  record Asked(String method, String path, String query, Map<String, String> headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public String toString() {
      return method + " " + path + (query.isEmpty() ? "" : "?" + query);
    }
  }

  /** A manifest or index. */
  record Stored(MediaType type, byte[] content) {}

  private record Trap(Pattern requests, AtomicInteger times, Fault fault) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Trap> traps = new CopyOnWriteArrayList<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final Map<String, Map<Digest, byte[]>> blobs = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Stored>> manifests = new ConcurrentHashMap<>();
  private final TestUploads uploads = new TestUploads(this);
  private final TestLists lists = new TestLists(this);
  private volatile boolean referrersApi = true;
  private volatile boolean mounts = true;

  /** Starts one without images. */
  public TestRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** The host as references name it. */
  public String host() {
    return "localhost:" + port();
  }

  int port() {
    return server.getAddress().getPort();
  }

  URI uri(String path) {
    return URI.create("http://" + host() + path);
  }

  /** Options for a client of this registry: it does not wait between attempts, and not long for anything. */
  RegistryOptions.Builder options() {
    return ClientOptions.quick().host(host(), HostOptions.builder().plainHttp().build());
  }

  /** Has a number of requests, {@code METHOD PATH}, go wrong. */
  TestRegistry fault(String requests, int times, Fault fault) {
    traps.add(new Trap(Pattern.compile(requests), new AtomicInteger(times), fault));
    return this;
  }

  /** Has all requests go wrong. */
  TestRegistry fault(String requests, Fault fault) {
    return fault(requests, Integer.MAX_VALUE, fault);
  }

  TestRegistry withoutReferrers() {
    referrersApi = false;
    return this;
  }

  TestRegistry withoutMounts() {
    mounts = false;
    return this;
  }

  boolean hasReferrers() {
    return referrersApi;
  }

  boolean hasMounts() {
    return mounts;
  }

  /** Waits until the registry is closed: a server that says nothing more. */
  void hang() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<Asked> asked() {
    return asked;
  }

  List<String> asked(String requests) {
    return asked.stream()
        .filter(each -> Pattern.matches(requests, each.method() + " " + each.path()))
        .map(Asked::toString)
        .toList();
  }

  List<String> complaints() {
    return complaints;
  }

  Map<Digest, byte[]> blobs(String repository) {
    return blobs.computeIfAbsent(repository, name -> new ConcurrentHashMap<>());
  }

  Map<String, Stored> manifests(String repository) {
    return manifests.computeIfAbsent(repository, name -> new ConcurrentSkipListMap<>());
  }

  List<String> repositories() {
    return new ArrayList<>(new TreeMap<>(manifests).keySet());
  }

  /** Adds an image under a tag. */
  TestRegistry image(String repository, String tag, TestImage image) {
    return image(repository, tag, image.manifest(), image.blobs());
  }

  /** Adds an image: its manifest, and all its blobs. */
  public TestRegistry image(
      String repository, String tag, Manifest manifest, Map<Digest, byte[]> content) {
    blobs(repository).putAll(content);
    put(repository, tag, manifest.mediaType(), manifest.bytes());
    return this;
  }

  /** Adds a manifest or index under its digest, and a tag if that is not empty. */
  TestRegistry put(String repository, String tag, MediaType type, byte[] content) {
    manifests(repository).put(Digest.sha256(content).toString(), new Stored(type, content));
    if (!tag.isEmpty()) {
      manifests(repository).put(tag, new Stored(type, content));
    }
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new ConcurrentHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) ->
            headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
    URI uri = exchange.getRequestURI();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    asked.add(new Asked(exchange.getRequestMethod(), uri.getRawPath(), query, headers));
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + uri.getRawPath();
      for (Trap trap : traps) {
        boolean caught = trap.requests().matcher(request).matches()
            && trap.times().getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (caught && trap.fault().happens(exchange)) {
          return;
        }
      }
      new TestApi(this, uploads, lists, exchange).answer();
    } catch (IllegalArgumentException e) {
      complaints.add(exchange.getRequestMethod() + " " + uri + ": " + e.getMessage());
      error(exchange, 400, "TESTS_COMPLAIN", String.valueOf(e.getMessage()));
    }
  }

  /** Answers with an error of the specification. */
  static void error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    answer(
        exchange,
        status,
        ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message.replace('"', '\'')
                + "\"}]}")
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with a body. */
  static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.getRequestBody().readAllBytes();
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
    }
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** What a manifest or index needs to be there first. */
  void requireReferences(String repository, MediaType type, byte[] content) throws IOException {
    if (type.isIndex()) {
      for (Descriptor entry : Index.parse(content, type, Limits.DEFAULT).manifests()) {
        require(
            manifests(repository).containsKey(entry.digest().toString()),
            "MANIFEST_UNKNOWN " + entry.digest());
      }
      return;
    }
    Manifest manifest = Manifest.parse(content, type, Limits.DEFAULT);
    List<Descriptor> all = new ArrayList<>(manifest.layers());
    all.add(manifest.config());
    for (Descriptor blob : all) {
      require(blobs(repository).containsKey(blob.digest()), "BLOB_UNKNOWN " + blob.digest());
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
