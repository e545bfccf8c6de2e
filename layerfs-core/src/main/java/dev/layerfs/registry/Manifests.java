package dev.layerfs.registry;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import java.io.IOException;
import java.util.Optional;

/** Manifests and indexes of a registry. */
final class Manifests {
  private static final String ACCEPTED = String.join(
      ", ",
      MediaType.OCI_MANIFEST.value(),
      MediaType.OCI_INDEX.value(),
      MediaType.DOCKER_MANIFEST.value(),
      MediaType.DOCKER_MANIFEST_LIST.value());

  private final Transport transport;
  private final Limits limits;

  Manifests(Transport transport, Limits limits) {
    this.transport = transport;
    this.limits = limits;
  }

  /** Returns what comes after {@code manifests/}: the digest, if the reference has one, else the tag. */
  static String name(Reference reference) {
    Reference complete = reference.withDefaultTag();
    return complete
        .digest()
        .map(Digest::toString)
        .orElseGet(() -> complete.tag().orElseThrow());
  }

  static String path(Reference reference) {
    return reference.repository() + "/manifests/" + name(reference);
  }

  /**
   * Reads a manifest or index.
   *
   * @throws NotFoundException if the registry does not have it
   */
  RemoteManifest get(Endpoint endpoint, Reference reference) throws IOException {
    Request request = Request.get(
            endpoint, path(reference), Query.NONE, Scope.pull(reference.repository()))
        .with("Accept", ACCEPTED);
    try (Response response = transport.send(request)) {
      requireFound(response, reference);
      response.expect(200);
      byte[] content = response.read("maxDocumentBytes", limits.maxDocumentBytes());
      response.requireDigestOf(content);
      return describe(response, reference, content);
    }
  }

  /**
   * Asks for the descriptor of a manifest or index.
   *
   * @throws NotFoundException if the registry does not have it
   */
  Descriptor head(Endpoint endpoint, Reference reference) throws IOException {
    Request request = Request.of(
            endpoint,
            "HEAD",
            endpoint.api(path(reference), Query.NONE),
            Scope.pull(reference.repository()))
        .with("Accept", ACCEPTED);
    try (Response response = transport.send(request)) {
      requireFound(response, reference);
      response.expect(200);
      Optional<String> digest = response.header("Docker-Content-Digest");
      Optional<MediaType> type = response.mediaType();
      if (digest.isPresent() && type.isPresent() && response.length().isPresent()) {
        Digest known = Digest.parse(digest.get());
        if (reference.digest().isPresent()) {
          response.requireDigest(reference.digest().get());
        }
        return Descriptor.of(type.get(), known, response.length().getAsLong());
      }
    }
    return get(endpoint, reference).descriptor(); // a registry that says less
  }

  static void requireFound(Response response, Reference reference) throws NotFoundException {
    if (response.status() == 404) {
      throw new NotFoundException(
          "manifest in the registry", reference.withDefaultTag().toString());
    }
  }

  private RemoteManifest describe(Response response, Reference reference, byte[] content)
      throws IOException {
    MediaType type = type(response, content);
    Descriptor descriptor = reference.digest().isPresent()
        ? Descriptor.of(type, reference.digest().get(), content.length)
        : Descriptor.ofContent(type, content);
    descriptor.verify(content);
    return new RemoteManifest(descriptor, content);
  }

  /** Old registries have no types, or {@code application/json}; the document itself has to tell then. */
  private MediaType type(Response response, byte[] content) throws IOException {
    Optional<MediaType> said = response.mediaType();
    if (said.isPresent() && (isKnown(said.get()) || said.get().isSchema1())) {
      return said.get();
    }
    boolean silent = said.isEmpty()
        || said.get().equals(MediaType.OCTET_STREAM)
        || said.get().value().equals("application/json");
    if (!silent) {
      throw response.problem("answered with " + said.get() + ", which is no manifest");
    }
    JsonObject json = new JsonReader(limits.maxDocumentBytes(), limits.maxDocumentDepth())
        .readObject(content, response.request());
    Optional<String> own = json.optionalString("mediaType");
    MediaType type = own.isPresent()
        ? MediaType.parse(own.get())
        : json.has("manifests") ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
    if (!isKnown(type)) {
      throw new MalformedImageException(response.request(), "is of no type of manifest: " + type);
    }
    return type;
  }

  private static boolean isKnown(MediaType type) {
    return type.isManifest() || type.isIndex();
  }
}
