package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry, on a port of this machine, without TLS. */
public final class LocalRegistry implements Closeable {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

  private final String host;
  private final Process process;

  private LocalRegistry(String host, Process process) {
    this.host = host;
    this.process = process;
  }

  /**
   * Starts an empty registry and waits until it listens; skips the test if it is not installed.
   *
   * @param directory an existing directory for its files
   */
  public static LocalRegistry start(Path directory) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(PROGRAM), "docker-registry is not installed");
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path config = Files.writeString(
        directory.resolve("config.yml"),
        "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: "
            + directory.resolve("registry") + "}}\nhttp: {addr: '127.0.0.1:" + port + "'}\n");
    Process process = new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
    while (!listens(port)) {
      boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
      assertTrue(!ended, () -> "docker-registry ended");
    }
    return new LocalRegistry("localhost:" + port, process);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns what names of images begin with. */
  public String host() {
    return host;
  }

  /** Kills it. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
