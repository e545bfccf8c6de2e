package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks token services for access tokens (distribution, "Token Authentication Specification" and "OAuth2 Token
 * Authentication"). They are never followed elsewhere: a redirect is an error.
 */
final class TokenService {
  private static final int MAX_DEPTH = 16;
  private static final long USUAL_SECONDS = 60;
  private static final long MAX_SECONDS = Duration.ofDays(1).toSeconds();
  private static final Duration MARGIN = Duration.ofSeconds(5);
  private static final String CLIENT = "layerfs";

  private final Wire wire;
  private final RealmRules rules;
  private final Retries retries;
  private final Clock clock;
  private final int maxBytes;

  TokenService(Wire wire, RealmRules rules, Retries retries, Clock clock, int maxBytes) {
    this.wire = wire;
    this.rules = rules;
    this.retries = retries;
    this.clock = clock;
    this.maxBytes = maxBytes;
  }

  /**
   * Asks for a token.
   *
   * @param endpoint the registry
   * @param realm the service's address, as the registry gave it
   * @param service the registry's name for itself, as it gave it
   * @param scopes what the token is to allow
   * @param credentials of the user at this registry; null to ask anonymously
   * @throws RegistryException if the service may not be asked, refuses, or its answer is none
   */
  Token fetch(
      Endpoint endpoint,
      String realm,
      Optional<String> service,
      List<Scope> scopes,
      @Nullable Credentials credentials)
      throws IOException {
    URI address = rules.check(realm, endpoint);
    Request request = plain(endpoint, address, service, scopes);
    String authorization = null;
    if (credentials != null && credentials.kind() == Credentials.Kind.IDENTITY_TOKEN) {
      request = oauth(endpoint, address, service, scopes, credentials);
    } else if (credentials != null) {
      authorization = credentials.basicHeader();
    }
    Redaction redaction = new Redaction(credentials == null ? List.of() : credentials.secrets());
    try (Response response = ask(request, authorization).with(redaction)) {
      response.expect(200);
      byte[] document = response.read("maxTokenBytes", maxBytes);
      return token(
          new JsonReader(maxBytes, MAX_DEPTH).readObject(document, request.place()), response);
    }
  }

  /** Connections that fail are tried again by whoever needs the token. */
  private Response ask(Request request, @Nullable String authorization) throws IOException {
    for (int failures = 1; ; failures++) {
      Response response = wire.send(request, authorization);
      if (!Retries.isTransient(response.status()) || !retries.allows(failures)) {
        return response;
      }
      try (response) {
        retries.pause(failures, response);
      }
    }
  }

  private static Request plain(
      Endpoint endpoint, URI address, Optional<String> service, List<Scope> scopes) {
    Query query = Query.NONE;
    if (service.isPresent()) {
      query = query.and("service", service.get());
    }
    for (Scope scope : scopes) {
      query = query.and("scope", scope.text());
    }
    String separator = address.getRawQuery() == null ? "?" : "&";
    String parameters = query.text().isEmpty() ? "" : separator + query.text().substring(1);
    return Request.of(endpoint, "GET", URI.create(address + parameters));
  }

  private static Request oauth(
      Endpoint endpoint,
      URI address,
      Optional<String> service,
      List<Scope> scopes,
      Credentials credentials) {
    Query form = Query.of("grant_type", "refresh_token")
        .and("client_id", CLIENT)
        .and("service", service.orElse(""))
        .and("scope", String.join(" ", scopes.stream().map(Scope::text).toList()))
        .and("refresh_token", credentials.secret());
    byte[] body = form.text().substring(1).getBytes(StandardCharsets.US_ASCII);
    return Request.of(endpoint, "POST", address)
        .with("Content-Type", "application/x-www-form-urlencoded")
        .with(RequestBody.of(body));
  }

  private Token token(JsonObject json, Response response) throws IOException {
    Optional<String> value = json.optionalString("token").filter(text -> !text.isEmpty());
    if (value.isEmpty()) {
      value = json.optionalString("access_token").filter(text -> !text.isEmpty());
    }
    if (value.isEmpty()) {
      throw response.problem("answered without a token");
    }
    if (!value.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw response.problem("answered with a token that no header can hold");
    }
    long seconds = json.has("expires_in") ? json.unsigned("expires_in") : USUAL_SECONDS;
    long bounded = Math.min(seconds, MAX_SECONDS);
    return new Token(value.get(), clock.instant().plusSeconds(bounded).minus(MARGIN));
  }
}
