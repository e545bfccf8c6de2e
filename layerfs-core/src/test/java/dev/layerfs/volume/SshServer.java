package dev.layerfs.volume;

import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Debian's openssh-server, for this user alone, with keys of its own, on a free port of this machine. */
final class SshServer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/sshd");

  /** Where a server of root's puts processes without privileges; Debian's service makes it. */
  private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

  private final Path directory;
  private final int port;
  private Process server;

  private SshServer(Path directory, int port, Process server) {
    this.directory = directory;
    this.port = port;
    this.server = server;
  }

  /** Makes keys in a directory and starts a server; skips the test where there is none. */
  static SshServer start(Path directory) throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "openssh-server is not installed");
    boolean root = Files.getAttribute(directory, "unix:uid").equals(0);
    Assumptions.assumeTrue(root, "needs root, who can keep all owners");
    Files.createDirectories(PRIVILEGE_SEPARATION);
    for (String key : List.of("host", "user")) {
      run(
          "ssh-keygen",
          "-q",
          "-t",
          "ecdsa",
          "-N",
          "",
          "-f",
          directory.resolve(key).toString());
    }
    int port = freePort();
    Files.write(
        directory.resolve("config"),
        List.of(
            "ListenAddress 127.0.0.1:" + port,
            "HostKey " + directory.resolve("host"),
            "AuthorizedKeysFile " + directory.resolve("user.pub"),
            "PidFile none",
            "UsePAM no",
            "StrictModes no",
            "PermitRootLogin yes",
            "PasswordAuthentication no",
            "MaxStartups 100",
            "Subsystem sftp internal-sftp"));
    return new SshServer(directory, port, launch(directory, port));
  }

  private static void run(String... command) throws IOException {
    Tool.Result result = Tool.run(List.of(command));
    if (result.status() != 0) {
      throw new IOException(result.output());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts it, and waits until it answers. */
  private static Process launch(Path directory, int port) throws IOException {
    Process server = new ProcessBuilder(
            PROGRAM.toString(), "-D", "-e", "-f", directory.resolve("config").toString())
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
        .start();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        if (socket.getInputStream().read() == 'S') { // SSH-2.0-OpenSSH
          return server;
        }
      } catch (IOException e) {
        if (!server.isAlive()) {
          throw new IOException(Files.readString(directory.resolve("log")), e);
        }
        Thread.onSpinWait();
      }
    }
  }

  int port() {
    return port;
  }

  /** The key that may log in. */
  Path key() {
    return directory.resolve("user");
  }

  private List<ProcessHandle> processes() {
    List<ProcessHandle> all = new ArrayList<>(server.descendants().toList());
    all.add(server.toHandle());
    return all;
  }

  /** Ends it and all its sessions, without a farewell. */
  void kill() throws IOException {
    List<ProcessHandle> all = processes();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }

  /** Starts it again, on the same port. */
  void restart() throws IOException {
    server = launch(directory, port);
  }

  /** Lets it and its sessions do nothing more, so that connections stay and nothing answers. */
  void stop() throws IOException {
    signal("-STOP");
  }

  /** Ends {@link #stop}. */
  void resume() throws IOException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException {
    List<String> command = new ArrayList<>(List.of("kill", signal));
    processes().forEach(process -> command.add(String.valueOf(process.pid())));
    run(command.toArray(new String[0]));
  }

  @Override
  public void close() throws IOException {
    kill();
  }
}
