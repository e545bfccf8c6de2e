package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Descriptor;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An upload under way (distribution-spec, "Pushing blobs"). Its address is the one that the registry gave last; if that is of
 * another origin, content goes there but no credentials do. Not safe for use by several threads.
 */
final class UploadSession {
  private static final Pattern RECEIVED = Pattern.compile("(?:bytes=)?0-(-?[0-9]{1,18})");

  private final Transport transport;
  private final Request template;
  private final long minChunk;
  private URI location;

  private UploadSession(Transport transport, Request template, long minChunk, URI location) {
    this.transport = transport;
    this.template = template;
    this.minChunk = minChunk;
    this.location = location;
  }

  /**
   * Makes the session of a response to the request that began it.
   *
   * @param transport sends
   * @param begun the request
   * @param response the response, with a {@code Location}
   * @throws RegistryException if it names none that may be used
   */
  static UploadSession of(Transport transport, Request begun, Response response)
      throws RegistryException {
    Optional<String> minimum = response.header("OCI-Chunk-Min-Length");
    try {
      long bytes = minimum.isPresent() ? Long.parseLong(minimum.get().strip()) : 0;
      return new UploadSession(transport, begun, bytes, Redirects.location(response));
    } catch (NumberFormatException e) {
      throw response.problem("has an OCI-Chunk-Min-Length that is no number");
    }
  }

  /** The shortest chunk that the registry takes, but for the last. */
  long minChunk() {
    return minChunk;
  }

  private Request request(String method, URI uri) {
    return new Request(template.endpoint(), method, uri, Map.of(), null, template.scopes(), false);
  }

  /**
   * Sends a chunk.
   *
   * @return the response, to be closed
   */
  Response patch(BlobContent content, long offset, long length, LongConsumer progress)
      throws IOException {
    return transport.send(request("PATCH", location)
        .with("Content-Type", "application/octet-stream")
        .with("Content-Range", offset + "-" + (offset + length - 1))
        .with(RequestBody.of(content, offset, length, progress)));
  }

  /**
   * Takes over what a response to a chunk, or to the question how far the upload is, says.
   *
   * @return where the next chunk begins
   */
  long advance(Response response) throws RegistryException {
    if (response.header("Location").isPresent()) {
      location = Redirects.location(response);
    }
    return received(response);
  }

  /**
   * Reads the {@code Range} of what a registry has, which is 0-0 as well as 0--1 where it has nothing.
   *
   * @return the number of bytes
   */
  static long received(Response response) throws RegistryException {
    Matcher range = RECEIVED.matcher(response.header("Range").orElse(""));
    if (!range.matches()) {
      throw response.problem("has no Range that begins at 0");
    }
    long last = Long.parseLong(range.group(1));
    return last <= 0 ? 0 : last + 1;
  }

  /** Asks how far the upload is. */
  Response status() throws IOException {
    return transport.send(request("GET", location));
  }

  /** Ends the upload, with all of the blob if none was sent before. */
  Response put(Descriptor blob, BlobContent content, long length, LongConsumer progress)
      throws IOException {
    String separator = location.getRawQuery() == null ? "?" : "&";
    String digest = Query.of("digest", blob.digest().toString()).text().substring(1);
    return transport.send(request("PUT", URI.create(location + separator + digest))
        .with("Content-Type", "application/octet-stream")
        .with(RequestBody.of(content, 0, length, progress)));
  }

  /** Gives the upload up, so that the registry need not wait for more. Whether it listens does not matter. */
  void cancel() {
    try (Response response = transport.send(request("DELETE", location))) {
      response.discard();
    } catch (IOException e) {
      // the registry will notice by itself
    }
  }
}
