package dev.layerfs.registry;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Knows how to prove to each registry who asks. A token is used only for what it was given for: the same registry, realm,
 * service, scopes and credentials. Safe for use by several threads.
 */
final class Authorizer {
  /** What a token was given for. */
  private record Key(
      Endpoint endpoint,
      String realm,
      Optional<String> service,
      List<Scope> scopes,
      Optional<Credentials> credentials) {}

  /** Whose credentials are looked for. */
  private record Account(String registry, String repository) {
    /** A request is about the repository that it names first; what it takes from others it takes for that one. */
    static Account of(Endpoint endpoint, List<Scope> scopes) {
      String repository = scopes.isEmpty() ? "" : scopes.get(0).repository();
      return new Account(endpoint.registry(), repository);
    }

    boolean isAt(Endpoint endpoint) {
      return registry.equals(endpoint.registry());
    }
  }

  private final Hosts hosts;
  private final TokenService tokenService;
  private final Clock clock;
  private final Map<Endpoint, Challenge> challenges = new ConcurrentHashMap<>();
  private final Map<Account, Optional<Credentials>> found = new ConcurrentHashMap<>();
  private final Map<Key, Token> tokens = new ConcurrentHashMap<>();
  /** Threads that need the same token at the same time ask for it once. */
  private final ReentrantLock fetching = new ReentrantLock();

  Authorizer(Hosts hosts, TokenService tokenService, Clock clock) {
    this.hosts = hosts;
    this.tokenService = tokenService;
    this.clock = clock;
  }

  /** Returns the header for a request to a registry that has challenged before; null to send none. */
  @Nullable
  String header(Endpoint endpoint, List<Scope> scopes) throws IOException {
    Challenge challenge = challenges.get(endpoint);
    return challenge == null ? null : header(endpoint, scopes, challenge);
  }

  /**
   * Answers challenges.
   *
   * @param rejected the header that was sent; null if none was
   * @return the header to send now; null if there is no answer
   */
  @Nullable
  String answer(
      Endpoint endpoint, List<Scope> scopes, List<Challenge> offered, @Nullable String rejected)
      throws IOException {
    Optional<Challenge> chosen = choose(offered);
    if (chosen.isEmpty()) {
      return null;
    }
    if (rejected != null) {
      forget(endpoint, rejected);
    }
    challenges.put(endpoint, chosen.get());
    return header(endpoint, scopes, chosen.get());
  }

  /** A bearer token can do less than a password, so it is preferred. */
  private static Optional<Challenge> choose(List<Challenge> offered) {
    Optional<Challenge> bearer = offered.stream()
        .filter(challenge -> challenge.scheme().equals("bearer"))
        .findFirst();
    return bearer.isPresent()
        ? bearer
        : offered.stream()
            .filter(challenge -> challenge.scheme().equals("basic"))
            .findFirst();
  }

  /** A token that is refused is not used again, and credentials may have changed meanwhile. */
  private void forget(Endpoint endpoint, String rejected) {
    found.keySet().removeIf(account -> account.isAt(endpoint));
    tokens.values().removeIf(token -> rejected.equals(bearer(token.value())));
  }

  private @Nullable String header(Endpoint endpoint, List<Scope> scopes, Challenge challenge)
      throws IOException {
    Optional<Credentials> credentials = credentials(Account.of(endpoint, scopes));
    if (challenge.scheme().equals("basic")) {
      return credentials
          .filter(known -> known.kind() == Credentials.Kind.BASIC)
          .map(Credentials::basicHeader)
          .orElse(null);
    }
    if (credentials.isPresent() && credentials.get().kind() == Credentials.Kind.BEARER) {
      return bearer(credentials.get().secret());
    }
    Optional<String> realm = challenge.parameter("realm");
    if (realm.isEmpty()) {
      return null;
    }
    Key key = new Key(endpoint, realm.get(), challenge.parameter("service"), scopes, credentials);
    return bearer(token(key).value());
  }

  private Token token(Key key) throws IOException {
    fetching.lock();
    try {
      Token known = tokens.get(key);
      if (known != null && known.isFresh(clock.instant())) {
        return known;
      }
      tokens.values().removeIf(token -> !token.isFresh(clock.instant()));
      Token fetched = tokenService.fetch(
          key.endpoint(),
          key.realm(),
          key.service(),
          key.scopes(),
          key.credentials().orElse(null));
      tokens.put(key, fetched);
      return fetched;
    } finally {
      fetching.unlock();
    }
  }

  private Optional<Credentials> credentials(Account account) throws IOException {
    Optional<Credentials> known = found.get(account);
    if (known == null) {
      known = hosts.credentials(account.registry(), account.repository());
      found.put(account, known);
    }
    return known;
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }

  /** Returns what takes the secrets out of a response to what was sent. */
  Redaction redaction(Endpoint endpoint, @Nullable String authorization) {
    List<String> secrets = new ArrayList<>();
    if (authorization != null) {
      secrets.add(authorization.substring(authorization.indexOf(' ') + 1));
    }
    found.forEach((account, known) -> {
      if (account.isAt(endpoint)) {
        known.map(Credentials::secrets).ifPresent(secrets::addAll);
      }
    });
    return new Redaction(secrets);
  }
}
