package dev.layerfs.registry;

import java.io.IOException;
import java.util.Optional;

/** Knows credentials. Must be safe for use by several threads. */
@FunctionalInterface
public interface CredentialSource {
  /** Knows none: every registry is asked anonymously. */
  CredentialSource NONE = registry -> Optional.empty();

  /**
   * Finds the credentials for a registry. They are sent to it, and to the token service it names, and nowhere else.
   *
   * @param registry the host as references name it, with its port if they name one, for example {@code docker.io} or
   *     {@code localhost:5000}
   * @return the credentials; empty to ask anonymously
   * @throws IOException if they can't be found out
   */
  Optional<Credentials> find(String registry) throws IOException;

  /**
   * Finds the credentials for a repository of a registry; by default those for the registry.
   *
   * @param registry the host as references name it
   * @param repository the repository, without host and tag, for example {@code team/app}; empty for the registry itself
   * @return the credentials; empty to ask anonymously
   * @throws IOException if they can't be found out
   */
  default Optional<Credentials> find(String registry, String repository) throws IOException {
    return find(registry);
  }
}
