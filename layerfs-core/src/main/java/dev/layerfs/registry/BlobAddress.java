package dev.layerfs.registry;

import dev.layerfs.oci.Descriptor;
import java.io.IOException;

/**
 * Where a blob is asked for.
 *
 * @param transport sends
 * @param endpoint the registry or mirror
 * @param repository the repository
 * @param blob the blob
 */
record BlobAddress(Transport transport, Endpoint endpoint, String repository, Descriptor blob) {
  private Request request(String method) {
    String path = repository + "/blobs/" + blob.digest();
    return Request.of(endpoint, method, endpoint.api(path, Query.NONE), Scope.pull(repository));
  }

  /** Asks for the whole blob, once. */
  Response get() throws IOException {
    return transport.send(request("GET").once());
  }

  /** Asks for the bytes from one position to before another, once. */
  Response get(long from, long to) throws IOException {
    return transport.send(
        request("GET").with("Range", "bytes=" + from + "-" + (to - 1)).once());
  }

  /** Whether the registry has the blob, and what it has under this digest has the right length. */
  boolean exists() throws IOException {
    try (Response response = transport.send(request("HEAD"))) {
      if (response.status() == 404) {
        return false;
      }
      response.expect(200);
      response.requireDigest(blob.digest());
      return response.length().orElse(blob.size()) == blob.size();
    }
  }

  /** Deletes the blob from the repository. */
  Response delete() throws IOException {
    String path = repository + "/blobs/" + blob.digest();
    return transport.send(
        Request.of(endpoint, "DELETE", endpoint.api(path, Query.NONE), Scope.delete(repository)));
  }
}
