package dev.layerfs.examples;

import dev.layerfs.registry.HostOptions;
import dev.layerfs.registry.RegistryClient;
import dev.layerfs.registry.RegistryOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a registry is reached. Credentials are those that logins have left. */
final class RegistryFlags {
  @Option(
      names = "--plain-http",
      description = "Ask the registry without encryption; everybody in between reads along.")
  private boolean plainHttp;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust the authorities in this file (PEM), too.")
  private List<Path> authorities = new ArrayList<>();

  @Option(
      names = "--client-cert",
      paramLabel = "FILE",
      description = "The certificate of this client (PEM).")
  private @Nullable Path certificate;

  @Option(
      names = "--client-key",
      paramLabel = "FILE",
      description = "Its private key (PEM, PKCS #8).")
  private @Nullable Path key;

  /**
   * Opens a client.
   *
   * @param host the registry that the flags are about
   * @param command is told warnings
   * @return a client, to be closed
   */
  RegistryClient open(String host, BaseCommand command) throws IOException {
    HostOptions.Builder options = HostOptions.builder();
    if (plainHttp) {
      options.plainHttp();
    }
    authorities.forEach(options::trust);
    if (certificate != null && key != null) {
      options.clientCertificate(certificate, key);
    } else if (certificate != null || key != null) {
      throw command.misused("--client-cert and --client-key belong together");
    }
    return RegistryClient.open(RegistryOptions.builder()
        .host(host, options.build())
        .warnings(warning -> command.warn(host + " warns: " + warning))
        .build());
  }
}
