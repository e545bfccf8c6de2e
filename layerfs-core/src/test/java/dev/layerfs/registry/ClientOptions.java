package dev.layerfs.registry;

import java.time.Duration;

/** Options for tests. */
final class ClientOptions {
  private ClientOptions() {}

  /** No credentials, no waiting between attempts, and three of them after the first. */
  static RegistryOptions.Builder quick() {
    return RegistryOptions.builder()
        .credentials(CredentialSource.NONE)
        .retries(3, Duration.ofNanos(2))
        .idleTimeout(Duration.ofSeconds(20));
  }
}
