package dev.layerfs.registry;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.Printable;
import dev.layerfs.error.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Sends one request and gets one response, nothing more. Bounds headers and the time in which nothing happens. */
final class Wire {
  private static final int PROXY_WANTS_CREDENTIALS = 407;
  private static final String USER_AGENT = "layerfs";
  /** What the JDK says of an answer that is none of TLS. */
  private static final String NO_TLS = "SSL message";

  private final Hosts hosts;
  private final Duration idleTimeout;
  private final int maxHeaderBytes;

  Wire(Hosts hosts, Duration idleTimeout, int maxHeaderBytes) {
    this.hosts = hosts;
    this.idleTimeout = idleTimeout;
    this.maxHeaderBytes = maxHeaderBytes;
  }

  /**
   * Sends a request.
   *
   * @param request what and where to
   * @param authorization the value of the header; null to send none
   * @throws RegistryException if the address is not one to be asked
   * @throws LimitExceededException if the response has too many header bytes
   * @throws InterruptedIOException if this thread is interrupted; its interrupt status is then set
   * @throws IOException if there is no response
   */
  Response send(Request request, @Nullable String authorization) throws IOException {
    Origin origin = Origin.of(request.uri());
    hosts.requireAllowed(origin, request.place());
    HttpRequest.Builder message = HttpRequest.newBuilder(request.uri())
        .header("User-Agent", USER_AGENT)
        .header("Accept-Encoding", "identity");
    request.headers().forEach(message::header);
    if (authorization != null) {
      message.header("Authorization", authorization);
    }
    // In a tunnel to the registry the JDK leaves this header out, and outside of one the proxy
    // takes it away.
    Optional<Credentials> proxy = hosts.proxyCredentials(origin);
    proxy.ifPresent(known -> message.header("Proxy-Authorization", known.basicHeader()));
    RequestBody body = request.body();
    message.method(request.method(), body == null ? BodyPublishers.noBody() : body.publisher());
    HttpResponse<BodyInput> answer = exchange(hosts.client(origin), message.build(), request);
    Response response = new Response(
        request.place(),
        request.uri(),
        answer.statusCode(),
        answer.headers(),
        Objects.requireNonNullElseGet(body(answer), InputStream::nullInputStream),
        new Redaction(proxy.map(Credentials::secrets).orElse(List.of())));
    try {
      requireProxyPassed(response);
      requireBounded(response);
      requireIdentity(response);
    } catch (IOException e) {
      response.close();
      throw e;
    }
    return response;
  }

  /** What a proxy answers instead of making a tunnel has none. */
  private static @Nullable InputStream body(HttpResponse<BodyInput> answer) {
    return answer.body();
  }

  private HttpResponse<BodyInput> exchange(HttpClient client, HttpRequest message, Request request)
      throws IOException {
    CompletableFuture<HttpResponse<BodyInput>> answer =
        client.sendAsync(message, head -> new BodyInput(request.place(), idleTimeout));
    boolean answered = false;
    try {
      HttpResponse<BodyInput> response = await(answer, request);
      answered = true;
      return response;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a registry");
    } catch (ExecutionException e) {
      throw failure(request, e.getCause());
    } finally {
      if (!answered) {
        abandon(answer);
      }
    }
  }

  /** As long as a body is being taken, something happens. */
  private HttpResponse<BodyInput> await(
      CompletableFuture<HttpResponse<BodyInput>> answer, Request request)
      throws InterruptedException, ExecutionException, IOException {
    RequestBody body = request.body();
    long taken;
    do {
      taken = body == null ? 0 : body.taken();
      try {
        return answer.get(idleTimeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // go on if something was taken meanwhile
      }
    } while (body != null && body.taken() > taken);
    throw new ConnectionFailure(
        request.place(), "nothing came within " + idleTimeout.toMillis() + " ms");
  }

  /** A response that has come after all is closed. */
  private static void abandon(CompletableFuture<HttpResponse<BodyInput>> answer) {
    if (!answer.cancel(true) && !answer.isCompletedExceptionally()) {
      answer.join().body().close();
    }
  }

  /** Messages of the HTTP client repeat what a server has sent, and with it, perhaps, a secret; so they are left out. */
  private static IOException failure(Request request, @Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof SSLException) { // trust, or no TLS at all: not a matter of another attempt
      if (String.valueOf(cause.getMessage()).contains(NO_TLS)) {
        return new RegistryException(
            request.place(),
            "the answer is not encrypted; plain HTTP is only used with hosts that are configured so");
      }
      return new SSLException(Printable.of(request.place() + ": " + cause.getMessage()), cause);
    }
    String kind = cause == null ? "no answer" : cause.getClass().getSimpleName();
    return new ConnectionFailure(request.place(), "no response (" + kind + ")");
  }

  private static void requireProxyPassed(Response response) throws RegistryException {
    if (response.status() == PROXY_WANTS_CREDENTIALS) {
      throw response.problem(
          "a proxy on the way wants a password, or another one (if it was given one, the JVM has to be"
              + " started with -Djdk.http.auth.tunneling.disabledSchemes=)");
    }
  }

  private void requireBounded(Response response) throws LimitExceededException {
    if (bytes(response.headers()) > maxHeaderBytes) {
      throw new LimitExceededException(response.request(), "maxHeaderBytes", maxHeaderBytes);
    }
  }

  private static long bytes(HttpHeaders headers) {
    long bytes = 0;
    for (Map.Entry<String, List<String>> field : headers.map().entrySet()) {
      for (String value : field.getValue()) {
        bytes += field.getKey().length() + value.length();
      }
    }
    return bytes;
  }

  /** An encoding was not asked for, and would change what digests and ranges are of. */
  private static void requireIdentity(Response response) throws RegistryException {
    for (String encoding : response.headers().allValues("Content-Encoding")) {
      if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
        throw response.problem("has a Content-Encoding, which was not asked for");
      }
    }
  }
}
