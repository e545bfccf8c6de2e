package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.error.RegistryException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** F77: which token services may be asked. Names are addresses here, so that nothing has to be resolved. */
final class RealmRulesTest {
  private static URI check(String registry, String realm, RegistryOptions options)
      throws IOException {
    Hosts hosts = new Hosts(options);
    Endpoint endpoint = Endpoint.of(registry, URI.create("https://" + registry), Optional.empty());
    return new RealmRules(hosts).check(realm, endpoint);
  }

  @DisplayName("a service may be as near as its registry, and no nearer")
  @ParameterizedTest
  @CsvSource({
    "203.0.113.1, https://203.0.113.2/t, true",
    "203.0.113.1, https://203.0.113.1:444/t, true",
    "203.0.113.1, https://127.0.0.1/t, false",
    "203.0.113.1, https://localhost/t, false",
    "203.0.113.1, https://10.0.0.1/t, false",
    "203.0.113.1, https://192.168.1.1/t, false",
    "203.0.113.1, https://100.100.100.200/t, false",
    "203.0.113.1, https://169.254.169.254/t, false",
    "203.0.113.1, https://0.0.0.0/t, false",
    "203.0.113.1, https://[::1]/t, false",
    "203.0.113.1, https://[::ffff:127.0.0.1]/t, false",
    "203.0.113.1, https://[fc00::1]/t, false",
    "203.0.113.1, https://[fe80::1]/t, false",
    "203.0.113.1, https://2130706433/t, false",
    "10.0.0.1, https://192.168.0.1/t, true",
    "10.0.0.1, https://127.0.0.1/t, false",
    "10.0.0.1, https://169.254.169.254/t, false",
    "127.0.0.1, https://10.0.0.1/t, true",
    "127.0.0.1, https://169.254.169.254/t, false",
    "localhost, https://203.0.113.2/t, false",
    "203.0.113.1, http://203.0.113.1/t, false",
    "localhost, https://localhost:5001/t, true",
  })
  void comparesReach(String registry, String realm, boolean allowed) throws IOException {
    RegistryOptions options = ClientOptions.quick().build();
    if (allowed) {
      assertEquals(URI.create(realm), check(registry, realm, options));
    } else {
      assertThrows(RegistryException.class, () -> check(registry, realm, options));
    }
  }

  @Test
  void theUserMayAllowMore() throws IOException {
    HostOptions trusting = HostOptions.builder().trustRealm("10.0.0.1").build();
    RegistryOptions options =
        ClientOptions.quick().host("203.0.113.1", trusting).build();
    check("203.0.113.1", "https://10.0.0.1/t", options);
    assertThrows(RegistryException.class, () -> check("203.0.113.1", "http://10.0.0.1/t", options));
    assertThrows(
        RegistryException.class, () -> check("203.0.113.3", "https://10.0.0.1/t", options));
  }
}
