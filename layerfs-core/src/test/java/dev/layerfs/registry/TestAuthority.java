package dev.layerfs.registry;

import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority made for a test, and certificates that it has signed: for a server on localhost, and for a client. */
final class TestAuthority {
  private final Path directory;

  /** Makes them with openssl. */
  TestAuthority(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    openssl(
        "req", "-x509", "-subj", "/CN=tests", "-keyout", file("ca.key"), "-out", file("ca.pem"));
    sign("server", "subjectAltName=DNS:localhost,DNS:registry.invalid");
    sign("client", "extendedKeyUsage=clientAuth");
  }

  private void sign(String name, String extension) throws IOException {
    openssl(
        "req", "-subj", "/CN=" + name, "-keyout", file(name + ".key"), "-out", file(name + ".csr"));
    Path extensions = Files.writeString(directory.resolve(name + ".ext"), extension);
    run(List.of(
        "openssl",
        "x509",
        "-req",
        "-in",
        file(name + ".csr"),
        "-CA",
        file("ca.pem"),
        "-CAkey",
        file("ca.key"),
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        extensions.toString(),
        "-out",
        file(name + ".pem")));
  }

  private void openssl(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-newkey", "rsa:2048", "-nodes"));
    if (command.contains("-x509")) {
      command.addAll(List.of("-days", "2"));
    }
    run(command);
  }

  private static void run(List<String> command) throws IOException {
    Tool.Result result = Tool.run(command);
    if (result.status() != 0) {
      throw new AssertionError(command + ": " + result.output());
    }
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  Path certificate() {
    return directory.resolve("ca.pem");
  }

  Path serverCertificate() {
    return directory.resolve("server.pem");
  }

  Path serverKey() {
    return directory.resolve("server.key");
  }

  Path clientCertificate() {
    return directory.resolve("client.pem");
  }

  Path clientKey() {
    return directory.resolve("client.key");
  }
}
