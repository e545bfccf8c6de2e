package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Reference;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy's password is told the proxy, and nobody behind it. */
final class ProxyPasswordTest {
  private static final String CANARY = "canary-S3cret";
  private static final Credentials USER = Credentials.basic("proxied", CANARY);
  private static final TestImage IMAGE =
      new TestImage().layer(new TarBuilder().file("etc/motd", "hello"));

  /** A program of its own, since the JDK reads its property once; it knows of the proxy from its environment. */
  private static final String PROGRAM = """
      import dev.layerfs.oci.Reference;
      import dev.layerfs.registry.*;
      import java.nio.file.Path;

      class Program {
        public static void main(String[] args) throws Exception {
          HostOptions host = HostOptions.builder().trust(Path.of(args[0])).build();
          try (RegistryClient client = RegistryClient.open(RegistryOptions.builder()
              .host("registry.invalid", host).credentials(CredentialSource.NONE).build())) {
            System.out.print(client.tags(Reference.parse("registry.invalid/app")));
          }
        }
      }
      """;

  private final List<String> heads = new CopyOnWriteArrayList<>();

  /** One address goes through the proxy, all others don't. */
  private static ProxySelector forHost(String host, int proxy) {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI address) {
        boolean proxied = host.equals(address.getHost());
        return List.of(
            proxied
                ? new Proxy(Proxy.Type.HTTP, new InetSocketAddress("localhost", proxy))
                : Proxy.NO_PROXY);
      }

      @Override
      public void connectFailed(URI address, SocketAddress proxy, IOException failure) {}
    };
  }

  private static HostOptions.Builder through(int proxy) {
    return HostOptions.builder().proxy(forHost("registry.invalid", proxy)).proxyCredentials(USER);
  }

  @DisplayName("F76: after a redirect that leads around the proxy its password is not sent")
  @Test
  void isSentToTheProxyAlone() throws IOException {
    try (TestRegistry proxy = new TestRegistry().image("app", "1", IMAGE);
        TestRegistry other = new TestRegistry().image("app", "1", IMAGE)) {
      proxy.fault(
          "GET /v2/app/manifests/1",
          Faults.redirect(307, other.uri("/v2/app/manifests/1").toString()));
      RegistryOptions options = ClientOptions.quick()
          .host("registry.invalid:5000", through(proxy.port()).plainHttp().build())
          .host(other.host(), through(proxy.port()).plainHttp().build())
          .build();
      try (RegistryClient client = RegistryClient.open(options)) {
        client.manifest(Reference.parse("registry.invalid:5000/app:1"));
      }
      assertEquals(
          USER.basicHeader(), proxy.asked().get(0).header("Proxy-Authorization").orElseThrow());
      assertTrue(proxy.asked().get(0).header("Authorization").isEmpty());
      assertTrue(other.asked().get(0).header("Proxy-Authorization").isEmpty());
    }
  }

  @DisplayName("F87: a proxy that wants another password repeats it, and no message has it")
  @Test
  void aRefusalSaysWhatToDo() throws IOException {
    try (RawServer proxy = new RawServer(head -> {
      heads.add(head);
      return "HTTP/1.1 407 " + CANARY + "\r\nProxy-Authenticate: Basic realm=\"" + CANARY
          + "\"\r\nContent-Length: 0\r\n\r\n";
    })) {
      RegistryOptions options = ClientOptions.quick()
          .host("registry.invalid", through(proxy.port()).build())
          .build();
      try (RegistryClient client = RegistryClient.open(options)) {
        Reference app = Reference.parse("registry.invalid/app:1");
        RegistryException refused =
            assertThrows(RegistryException.class, () -> client.manifest(app));
        assertTrue(refused.getMessage().contains("disabledSchemes"), refused.getMessage());
        assertFalse(refused.getMessage().contains(CANARY), refused.getMessage());
      }
      assertTrue(heads.get(0).startsWith("CONNECT registry.invalid:443"), heads.get(0));
    }
  }

  @Test
  void inATunnelTheRegistryDoesNotSeeIt(@TempDir Path directory) throws Exception {
    Tool.assume("openssl");
    String library = System.getProperty("jdk.module.path");
    assumeTrue(library != null, "the tests don't run on a module path, so it is not known here");
    TestAuthority authority = new TestAuthority(directory.resolve("ca"));
    HostOptions certificate = HostOptions.builder()
        .clientCertificate(authority.serverCertificate(), authority.serverKey())
        .build();
    String tags = "{\"name\":\"app\",\"tags\":[\"seen\"]}";
    try (RawServer server =
            new RawServer(Tls.context(certificate).getServerSocketFactory(), head -> {
              heads.add(head);
              return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                  + tags.length() + "\r\n\r\n" + tags;
            });
        ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread tunnel = new Thread(() -> tunnel(proxy, server.port()), "tunnel");
      tunnel.setDaemon(true);
      tunnel.start();
      String output = program(directory, library, authority, proxy.getLocalPort());
      assertEquals("[seen]", output);
      assertTrue(heads.get(0).startsWith("CONNECT registry.invalid:443"), heads.get(0));
      assertTrue(heads.get(0).contains(USER.basicHeader()), heads.get(0));
      assertTrue(heads.get(1).startsWith("GET /v2/app/tags/list"), heads.get(1));
      assertFalse(heads.get(1).contains(USER.basicHeader()), heads.get(1));
    }
  }

  private static String program(Path directory, String library, TestAuthority authority, int proxy)
      throws Exception {
    Path source = Files.writeString(directory.resolve("Program.java"), PROGRAM);
    ProcessBuilder builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", // it starts faster
        "-Djdk.http.auth.tunneling.disabledSchemes=",
        "-cp",
        library,
        source.toString(),
        authority.certificate().toString());
    builder.environment().put("https_proxy", "http://proxied:" + CANARY + "@localhost:" + proxy);
    builder.environment().remove("no_proxy");
    builder.environment().remove("NO_PROXY");
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  /** Takes one connection wherever it wants to go, and passes bytes in both directions. */
  private void tunnel(ServerSocket proxy, int target) {
    try (Socket client = proxy.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      heads.add(head(client.getInputStream()));
      client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Thread back = new Thread(() -> copy(server, client), "tunnel-back");
      back.start();
      copy(client, server);
      back.join();
    } catch (IOException | InterruptedException e) {
      // the test is over
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // one side has closed
    }
  }
}
