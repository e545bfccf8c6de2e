package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.RegistryException;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvironmentProxiesTest {
  private static Optional<ProxyServer> find(Map<String, String> environment, String address)
      throws RegistryException {
    return EnvironmentProxies.of(environment).find(Origin.of(URI.create(address)));
  }

  private static Optional<ProxyServer> server(String host, int port) {
    return Optional.of(new ProxyServer(host, port, Optional.empty()));
  }

  @Test
  void eachSchemeHasItsOwn() throws RegistryException {
    Map<String, String> environment =
        Map.of("https_proxy", "one.example:3128", "HTTP_PROXY", "http://two.example/");
    assertEquals(server("one.example", 3128), find(environment, "https://registry.example"));
    assertEquals(server("two.example", 80), find(environment, "http://registry.example"));
    assertEquals(Optional.empty(), find(Map.of(), "https://registry.example"));
    assertEquals(Optional.empty(), find(Map.of("http_proxy", "p:1"), "https://registry.example"));
  }

  @Test
  void smallLettersComeFirst() throws RegistryException {
    Map<String, String> environment = Map.of("https_proxy", "small:1", "HTTPS_PROXY", "large:1");
    assertEquals(server("small", 1), find(environment, "https://registry.example"));
  }

  /** CVE-2016-5385: a header of a client's is no proxy of ours. */
  @Test
  void headersOfWebClientsNameNone() throws RegistryException {
    Map<String, String> environment = Map.of("HTTP_PROXY", "evil:1", "REQUEST_METHOD", "GET");
    assertEquals(Optional.empty(), find(environment, "http://registry.example"));
  }

  @Test
  void aPasswordMayHaveEscapes() throws RegistryException {
    ProxyServer server = find(
            Map.of("https_proxy", "http://user:a%40b%3Ac+d@proxy:8080"), "https://r.example")
        .orElseThrow();
    assertEquals(Optional.of(Credentials.basic("user", "a@b:c+d")), server.credentials());
    assertFalse(server.toString().contains("a@b"), server.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example, https://registry.example, true",
    "example, https://registry.example, true",
    ".example, https://registry.example, true",
    "ample, https://registry.example, false",
    "REGISTRY.example, https://registry.example, true",
    "registry.example:443, https://registry.example, true",
    "registry.example:5000, https://registry.example, false",
    "a, https://registry.example, false",
    "*, https://registry.example, true",
    "10.1.2.3, https://10.1.2.3, true",
    "10.1.0.0/16, https://10.1.255.255, true",
    "10.1.0.0/16, https://10.2.0.0, false",
    "10.1.2.3/16, https://10.1.255.255, true",
    "10.1.2.3/32, https://10.1.2.3, true",
    "10.1.2.3/32, https://10.1.2.2, false",
    "0.0.0.0/0, https://192.0.2.1, true",
    "0.0.0.0/0, https://[2001:db8::1], false",
    "0.0.0.0/0, https://registry.example, false",
    "0.0.0.0/33, https://192.0.2.1, false",
    "10.0.0.0/, https://10.0.0.0:5000, false",
    "2001:DB8::/32, https://[2001:db8:1::1], true",
    "2001:db8::/32, https://[2001:db9::1], false",
    "'', https://registry.example, false",
    "'', https://localhost:5000, true",
    "'', https://127.0.0.3, true",
    "'', https://[::1]:5000, true",
    "'', https://localhost.example, false",
  })
  void someHostsAreAskedDirectly(String hosts, String address, boolean direct)
      throws RegistryException {
    Map<String, String> environment =
        Map.of("https_proxy", "proxy:1", "no_proxy", "other.example, " + hosts);
    assertEquals(direct, find(environment, address).isEmpty());
    List<Proxy> selected = EnvironmentProxies.of(environment).select(URI.create(address));
    assertEquals(direct, selected.equals(List.of(Proxy.NO_PROXY)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:canary-S3cret@proxy",
        "socks5://user:canary-S3cret@proxy",
        "http://user:canary-S3cret@",
        "http://user:canary-S3cret@ proxy",
        "http://us%3Aer:canary-S3cret@proxy",
        "http://user:canary-S3cret%@proxy"
      })
  void whatIsNoProxyIsRefusedWithoutItsPassword(String value) {
    Map<String, String> environment = Map.of("HTTPS_PROXY", value);
    RegistryException refused =
        assertThrows(RegistryException.class, () -> EnvironmentProxies.of(environment));
    assertFalse(refused.getMessage().contains("S3cret"), refused.getMessage());
    assertEquals(null, refused.getCause());
  }
}
