package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HostsTest {
  private static Origin origin(String address) throws IOException {
    return Origin.of(URI.create(address));
  }

  /** A client for connections without encryption trusts nobody, so it must not be used for others. */
  @Test
  void aClientIsMadeOnceForEachKindOfConnection() throws IOException {
    Hosts hosts = new Hosts(RegistryOptions.DEFAULT, Map.of());
    HttpClient secure = hosts.client(origin("https://one.example"));
    assertSame(secure, hosts.client(origin("https://two.example")));
    HttpClient plain = hosts.client(origin("http://one.example"));
    assertSame(plain, hosts.client(origin("http://two.example")));
    assertNotSame(secure, plain);
  }
}
