package dev.layerfs.registry;

import dev.layerfs.error.LimitExceededException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gets responses from registries: adds credentials, answers challenges, follows redirects, and tries again what may succeed
 * then. Credentials go to the registry's own origin only, whatever a redirect or a challenge of another says.
 */
final class Transport {
  private final Wire wire;
  private final Authorizer authorizer;
  private final Retries retries;
  private final Warnings warnings;
  private final int maxRedirects;

  Transport(
      Wire wire, Authorizer authorizer, Retries retries, Warnings warnings, int maxRedirects) {
    this.wire = wire;
    this.authorizer = authorizer;
    this.retries = retries;
    this.warnings = warnings;
    this.maxRedirects = maxRedirects;
  }

  /**
   * Sends a request.
   *
   * @return the last response, of whatever status, to be closed
   * @throws InterruptedIOException if this thread is interrupted; its interrupt status is then set
   * @throws IOException if there is none
   */
  Response send(Request request) throws IOException {
    for (int failures = 1; ; failures++) {
      boolean last = !request.repeatable() || !retries.allows(failures);
      try {
        Response response = follow(request);
        if (last || !Retries.isTransient(response.status())) {
          return response;
        }
        try (response) {
          retries.pause(failures, response);
        }
      } catch (ConnectionFailure e) {
        if (last) {
          throw e;
        }
        retries.pause(failures);
      }
    }
  }

  private Response follow(Request request) throws IOException {
    Request current = request;
    for (int hop = 0; hop <= maxRedirects; hop++) {
      Response response = authorized(current);
      Optional<URI> target;
      try {
        warnings.report(response);
        target = Redirects.target(response);
      } catch (IOException e) {
        response.close();
        throw e;
      }
      if (target.isEmpty()) {
        return response;
      }
      response.discard();
      current = current.at(target.get(), Redirects.becomesGet(response.status(), current.method()));
    }
    throw new LimitExceededException(request.place(), "maxRedirects", maxRedirects);
  }

  /** Answers challenges of the registry itself: the first, and one more if what was sent has become too old. */
  private Response authorized(Request request) throws IOException {
    if (!Origin.of(request.uri()).equals(request.endpoint().origin())) {
      return wire.send(request, null);
    }
    String sent = authorizer.header(request.endpoint(), request.scopes());
    Response response = send(request, sent);
    for (int attempt = 0; attempt < 2 && response.status() == 401; attempt++) {
      String answer = answer(request, response, sent);
      if (answer == null || answer.equals(sent)) {
        break;
      }
      response.discard();
      sent = answer;
      response = send(request, sent);
    }
    return response;
  }

  private @Nullable String answer(Request request, Response response, @Nullable String rejected)
      throws IOException {
    List<Challenge> challenges = Challenge.parse(response.headers().allValues("WWW-Authenticate"));
    try {
      return authorizer.answer(request.endpoint(), request.scopes(), challenges, rejected);
    } catch (IOException | RuntimeException e) {
      response.close();
      throw e;
    }
  }

  private Response send(Request request, @Nullable String authorization) throws IOException {
    Redaction redaction = authorizer.redaction(request.endpoint(), authorization);
    return wire.send(request, authorization).with(redaction);
  }
}
