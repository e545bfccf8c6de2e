package dev.layerfs.registry;

import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * How one registry is reached. Immutable; made by a {@link #builder()}.
 *
 * @param plainHttp whether it is asked without encryption
 * @param endpoint where its API is, if not at its own name
 * @param credentials what to prove to it, instead of what the {@link RegistryOptions#credentials} know
 * @param authorities files of certificates (PEM) of authorities that are trusted as well as those of the JDK
 * @param clientCertificate a file with the certificate of this client, and those that signed it (PEM)
 * @param clientKey a file with its private key (PEM, PKCS #8, not encrypted)
 * @param sslContext a context to be used instead of all three files
 * @param proxy chooses proxies, instead of what the JVM or the environment names
 * @param proxyCredentials what to prove to those proxies
 * @param mirrors where to ask for images before asking the registry itself, in this order
 * @param trustedRealms hosts of token services that may be within this machine or its network although the registry is not
 */
public record HostOptions(
    boolean plainHttp,
    Optional<URI> endpoint,
    Optional<Credentials> credentials,
    List<Path> authorities,
    Optional<Path> clientCertificate,
    Optional<Path> clientKey,
    Optional<SSLContext> sslContext,
    Optional<ProxySelector> proxy,
    Optional<Credentials> proxyCredentials,
    List<Mirror> mirrors,
    Set<String> trustedRealms) {

  /**
   * A place that has images of another registry. It is configured as a host of its own, by its own name: credentials and
   * plain HTTP are not inherited.
   *
   * @param host its host, with a port if need be
   * @param proxy whether it serves several registries and has to be told which one is meant, by the parameter {@code ns}
   */
  public record Mirror(String host, boolean proxy) {}

  /** Copies the lists. */
  public HostOptions {
    authorities = List.copyOf(authorities);
    mirrors = List.copyOf(mirrors);
    trustedRealms = Set.copyOf(trustedRealms);
  }

  /** Encrypted, at the registry's own name. */
  public static final HostOptions DEFAULT = builder().build();

  /**
   * Returns a builder that begins with the defaults.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  boolean hasTls() {
    return sslContext.isPresent() || !authorities.isEmpty() || clientCertificate.isPresent();
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private boolean plainHttp;
    private Optional<URI> endpoint = Optional.empty();
    private Optional<Credentials> credentials = Optional.empty();
    private final List<Path> authorities = new ArrayList<>();
    private Optional<Path> clientCertificate = Optional.empty();
    private Optional<Path> clientKey = Optional.empty();
    private Optional<SSLContext> sslContext = Optional.empty();
    private Optional<ProxySelector> proxy = Optional.empty();
    private Optional<Credentials> proxyCredentials = Optional.empty();
    private final List<Mirror> mirrors = new ArrayList<>();
    private final Set<String> trustedRealms = new HashSet<>();

    private Builder() {}

    /**
     * Asks the registry without encryption: whoever is between reads everything, credentials too. Without this nothing ever
     * is, not after a redirect and not because encryption fails.
     *
     * @return this builder
     */
    public Builder plainHttp() {
      plainHttp = true;
      return this;
    }

    /**
     * Says where the registry's API is, if not at {@code https://} and its name.
     *
     * @param address an address of a host, for example {@code https://registry-1.docker.io}
     * @return this builder
     */
    public Builder endpoint(URI address) {
      endpoint = Optional.of(address);
      return this;
    }

    /**
     * Sets what to prove to the registry.
     *
     * @param value credentials
     * @return this builder
     */
    public Builder credentials(Credentials value) {
      credentials = Optional.of(value);
      return this;
    }

    /**
     * Trusts authorities besides those that the JDK trusts.
     *
     * @param certificates a file of certificates (PEM)
     * @return this builder
     */
    public Builder trust(Path certificates) {
      authorities.add(certificates);
      return this;
    }

    /**
     * Sets the certificate that proves who this client is.
     *
     * @param certificates a file of the certificate and those that signed it (PEM)
     * @param key a file of its private key (PEM, PKCS #8, not encrypted)
     * @return this builder
     */
    public Builder clientCertificate(Path certificates, Path key) {
      clientCertificate = Optional.of(certificates);
      clientKey = Optional.of(key);
      return this;
    }

    /**
     * Sets what decides about certificates, instead of files.
     *
     * @param context the context
     * @return this builder
     */
    public Builder sslContext(SSLContext context) {
      sslContext = Optional.of(context);
      return this;
    }

    /**
     * Sets what chooses proxies, instead of the JVM's system properties, or, without these, the environment variables {@code
     * https_proxy}, {@code http_proxy} and {@code no_proxy}.
     *
     * @param selector the selector
     * @return this builder
     */
    public Builder proxy(ProxySelector selector) {
      proxy = Optional.of(selector);
      return this;
    }

    /**
     * Sets what to prove to the proxies that {@link #proxy} chooses: a user and a password, which no registry gets. On the way
     * to registries that are asked with encryption the JDK sends them only if the system property {@code
     * jdk.http.auth.tunneling.disabledSchemes} is set to nothing when the JVM starts.
     *
     * @param value credentials
     * @return this builder
     * @throws IllegalArgumentException if they are no user and password
     */
    public Builder proxyCredentials(Credentials value) {
      if (value.kind() != Credentials.Kind.BASIC) {
        throw new IllegalArgumentException("a proxy wants a user and a password");
      }
      proxyCredentials = Optional.of(value);
      return this;
    }

    /**
     * Adds a mirror, which is asked for manifests and blobs before the registry is, and after the mirrors that were added
     * before. What it does not have, or can't deliver, the next one is asked for.
     *
     * @param mirror the mirror
     * @return this builder
     */
    public Builder mirror(Mirror mirror) {
      mirrors.add(mirror);
      return this;
    }

    /**
     * Lets the registry send its clients for tokens to a host that is within this machine or its network.
     *
     * @param host a host without a port
     * @return this builder
     */
    public Builder trustRealm(String host) {
      trustedRealms.add(host);
      return this;
    }

    /**
     * Returns the options.
     *
     * @return new options
     */
    public HostOptions build() {
      return new HostOptions(
          plainHttp,
          endpoint,
          credentials,
          authorities,
          clientCertificate,
          clientKey,
          sslContext,
          proxy,
          proxyCredentials,
          mirrors,
          trustedRealms);
    }
  }
}
