package dev.layerfs.registry;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A response, whose body is still to be read. To be closed.
 *
 * @param request what was asked, for messages
 * @param uri where it came from
 * @param status the status
 * @param headers the header fields
 * @param body the body
 * @param redaction takes secrets out of messages
 */
record Response(
    String request, URI uri, int status, HttpHeaders headers, InputStream body, Redaction redaction)
    implements Closeable {
  /** A body that nobody wants is read on so far, for the sake of the connection. */
  private static final int DISCARDED = 64 << 10;

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** The response, with more secrets to be taken out of messages. */
  Response with(Redaction more) {
    return new Response(request, uri, status, headers, body, redaction.and(more));
  }

  /**
   * Requires one of some statuses. Closes the response if it has another.
   *
   * @throws RegistryException if it has another
   */
  Response expect(int... expected) throws IOException {
    if (Arrays.stream(expected).noneMatch(each -> each == status)) {
      try (this) {
        throw ErrorBody.exception(this);
      }
    }
    return this;
  }

  /** Returns the value of {@code Content-Length}; empty if there is none, or it is none. */
  OptionalLong length() throws RegistryException {
    try {
      return headers.firstValueAsLong("Content-Length");
    } catch (NumberFormatException e) {
      throw problem("has a Content-Length that is no number");
    }
  }

  /** Returns the type in {@code Content-Type}, without parameters. */
  Optional<MediaType> mediaType() throws RegistryException {
    Optional<String> value = header("Content-Type");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    int semicolon = value.get().indexOf(';');
    String type = semicolon < 0 ? value.get() : value.get().substring(0, semicolon);
    try {
      return Optional.of(MediaType.parse(type.strip()));
    } catch (MalformedImageException e) {
      throw problem("has a malformed Content-Type");
    }
  }

  /** Compares {@code Docker-Content-Digest}, if it is there and can be verified, with content. */
  void requireDigestOf(byte[] content) throws IOException {
    Optional<Digest> promised = promisedDigest();
    if (promised.isPresent() && !promised.get().matches(content)) {
      throw new DigestMismatchException(
          request + " Docker-Content-Digest", promised.get().toString(), "another digest");
    }
  }

  /** Compares {@code Docker-Content-Digest}, if it is there and can be verified, with a digest. */
  void requireDigest(Digest expected) throws IOException {
    Optional<Digest> promised = promisedDigest();
    boolean comparable =
        promised.isPresent() && promised.get().algorithm().equals(expected.algorithm());
    if (comparable && !promised.get().equals(expected)) {
      throw new DigestMismatchException(
          request + " Docker-Content-Digest",
          expected.toString(),
          promised.get().toString());
    }
  }

  private Optional<Digest> promisedDigest() throws RegistryException {
    Optional<String> value = header("Docker-Content-Digest");
    try {
      return value.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(value.get()));
    } catch (UnsupportedImageException e) {
      return Optional.empty();
    } catch (MalformedImageException e) {
      throw problem("has a malformed Docker-Content-Digest");
    }
  }

  /** Reads the body whole. */
  byte[] read(String limit, int maxBytes) throws IOException {
    byte[] content = body.readNBytes(maxBytes);
    if (content.length == maxBytes && body.read() >= 0) {
      throw new LimitExceededException(request, limit, maxBytes);
    }
    return content;
  }

  RegistryException problem(String rule) {
    return new RegistryException(request, rule);
  }

  /** Closes the response so that its connection can be used again, if that costs little. */
  void discard() throws IOException {
    try (this) {
      body.skip(DISCARDED);
    } catch (IOException e) {
      // there is a new connection then
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
