package dev.layerfs.registry;

import dev.layerfs.testing.Tool;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry, on a port of the loopback interface: a server that nobody here wrote. */
final class DockerRegistry implements Closeable {
  /** Who may use it, where it asks. */
  static final String USER = "tester";

  static final String PASSWORD = "canary-S3cret";

  /** What {@code htpasswd -B} makes of the two. */
  private static final String HTPASSWD =
      "tester:$2b$04$ZsPRtHUgVPHOe61REARyru95vdhWrQUHWlqG1gdiYyYQMfd.33myK\n";

  private final Process process;
  private final int port;
  private final Path directory;

  private DockerRegistry(Process process, int port, Path directory) {
    this.process = process;
    this.port = port;
    this.directory = directory;
  }

  /** Skips the test if it is not installed. */
  static void assume() {
    Tool.assume("docker-registry");
  }

  static DockerRegistry open(Path directory) throws IOException {
    return start(directory, "", "");
  }

  /** Asks for the user and the password. */
  static DockerRegistry withPassword(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
    return start(directory, "", "auth: {htpasswd: {realm: tests, path: " + file + "}}\n");
  }

  /** Encrypts, with a certificate of an authority of its own, and wants one of the client. */
  static DockerRegistry withTls(Path directory, TestAuthority authority) throws IOException {
    return start(
        directory,
        ", tls: {certificate: " + authority.serverCertificate() + ", key: " + authority.serverKey()
            + ", clientcas: [" + authority.certificate() + "]}",
        "");
  }

  private static DockerRegistry start(Path directory, String http, String more) throws IOException {
    Files.createDirectories(directory);
    int port = freePort();
    Path config = Files.writeString(
        directory.resolve("config.yml"),
        "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: "
            + directory.resolve("data") + "}, delete: {enabled: true}}\n"
            + "http: {addr: '127.0.0.1:" + port + "'" + http + "}\n" + more);
    Process process = new ProcessBuilder("docker-registry", "serve", config.toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
    DockerRegistry registry = new DockerRegistry(process, port, directory);
    registry.awaitStart();
    return registry;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** It listens some milliseconds after it was started, or ends. */
  private void awaitStart() throws IOException {
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        waitForItsEnd();
      }
    }
  }

  private void waitForItsEnd() throws IOException {
    try {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError(Files.readString(directory.resolve("log")));
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  String host() {
    return "localhost:" + port;
  }

  /** Options for a client that knows the user. */
  RegistryOptions.Builder options() {
    return ClientOptions.quick()
        .host(
            host(),
            HostOptions.builder()
                .plainHttp()
                .credentials(Credentials.basic(USER, PASSWORD))
                .build());
  }

  /** Runs skopeo copy, which must succeed. */
  void skopeo(String... arguments) throws IOException {
    ArrayList<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy"));
    command.addAll(List.of(arguments));
    Tool.Result result = Tool.run(command);
    if (result.status() != 0) {
      throw new AssertionError(command + ": " + result.output());
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
