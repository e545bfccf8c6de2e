package dev.layerfs.registry;

import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import java.io.IOException;

/** Pushes and deletes manifests and indexes. */
final class ManifestUpload {
  private final Transport transport;

  ManifestUpload(Transport transport) {
    this.transport = transport;
  }

  /**
   * Pushes a manifest or index, under the reference's digest, else its tag.
   *
   * @return whether the registry keeps track of what it refers to by {@code subject}
   */
  boolean put(Endpoint endpoint, Reference reference, MediaType type, byte[] content)
      throws IOException {
    Request request = Request.of(
            endpoint,
            "PUT",
            endpoint.api(Manifests.path(reference), Query.NONE),
            Scope.push(reference.repository()))
        .with("Content-Type", type.value())
        .with(RequestBody.of(content));
    try (Response response = transport.send(request)) {
      response.expect(201);
      response.requireDigestOf(content);
      return response.header("OCI-Subject").isPresent();
    }
  }

  /** Deletes a manifest by its digest, or a tag. */
  void delete(Endpoint endpoint, Reference reference) throws IOException {
    Request request = Request.of(
        endpoint,
        "DELETE",
        endpoint.api(Manifests.path(reference), Query.NONE),
        Scope.delete(reference.repository()));
    try (Response response = transport.send(request)) {
      Manifests.requireFound(response, reference);
      response.expect(202, 200, 204);
    }
  }
}
