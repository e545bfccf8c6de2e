package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Pushes one blob: mounts it from another repository if it can, sends it in one request if it is small, else in chunks, which
 * go on after a connection has broken off. A registry that does not take chunks gets it in one request.
 */
final class BlobUpload {
  private final Transport transport;
  private final Retries retries;
  private final long chunkBytes;
  private final BlobAddress address;
  private final BlobContent content;
  private final LongConsumer progress;

  /**
   * Prepares.
   *
   * @param transport sends
   * @param retries how often to try again
   * @param chunkBytes the length of chunks; 0 for none
   * @param address where the blob goes
   * @param content the blob
   * @param progress is told the number of bytes of each read, also of those that are sent again
   */
  BlobUpload(
      Transport transport,
      Retries retries,
      long chunkBytes,
      BlobAddress address,
      BlobContent content,
      LongConsumer progress) {
    this.transport = transport;
    this.retries = retries;
    this.chunkBytes = chunkBytes;
    this.address = address;
    this.content = content;
    this.progress = progress;
  }

  /**
   * Pushes.
   *
   * @param mountFrom a repository of the same registry that has the blob
   * @return whether its content had to be sent
   */
  boolean run(Optional<String> mountFrom) throws IOException {
    Optional<UploadSession> session =
        mountFrom.isPresent() ? mount(mountFrom.get()) : Optional.of(begin());
    if (session.isPresent()) {
      send(session.get());
    }
    return session.isPresent();
  }

  private Request start(Query query, Optional<String> from) {
    List<Scope> scopes = new ArrayList<>(List.of(Scope.push(address.repository())));
    from.map(Scope::pull).ifPresent(scopes::add);
    String path = address.repository() + "/blobs/uploads/";
    return Request.of(
        address.endpoint(),
        "POST",
        address.endpoint().api(path, query),
        scopes.toArray(new Scope[0]));
  }

  /** Empty if the blob is there now; a registry that can't mount begins an upload, or refuses. */
  private Optional<UploadSession> mount(String from) throws IOException {
    Query query = Query.of("mount", address.blob().digest().toString()).and("from", from);
    Request request = start(query, Optional.of(from));
    try (Response response = transport.send(request)) {
      if (response.status() == 201) {
        response.requireDigest(address.blob().digest());
        return Optional.empty();
      }
      return Optional.of(
          response.status() == 202 ? UploadSession.of(transport, request, response) : begin());
    }
  }

  private UploadSession begin() throws IOException {
    String algorithm = address.blob().digest().algorithm();
    Query query = algorithm.equals("sha256") ? Query.NONE : Query.of("digest-algorithm", algorithm);
    Request request = start(query, Optional.empty());
    try (Response response = transport.send(request)) {
      return UploadSession.of(transport, request, response.expect(202));
    }
  }

  private void send(UploadSession begun) throws IOException {
    boolean chunks =
        chunkBytes > 0 && address.blob().size() > Math.max(chunkBytes, begun.minChunk());
    if (!chunks
        || !new ChunkedUpload(begun, retries, chunkBytes, address, content, progress).run()) {
      sendWhole(chunks ? begin() : begun);
    }
  }

  private void sendWhole(UploadSession begun) throws IOException {
    UploadSession session = begun;
    for (int failures = 1; ; failures++) {
      try (Response response =
          session.put(address.blob(), content, address.blob().size(), progress)) {
        if (!Retries.isTransient(response.status()) || !retries.allows(failures)) {
          requireCreated(response, address.blob(), session);
          return;
        }
        retries.pause(failures, response);
      } catch (ConnectionFailure e) {
        if (!retries.allows(failures)) {
          session.cancel();
          throw e;
        }
        retries.pause(failures);
      }
      session.cancel();
      if (address.exists()) { // the response got lost, not the blob
        return;
      }
      session = begin();
    }
  }

  /**
   * Requires that a blob was accepted, and gives the upload up if it was not.
   *
   * @throws RegistryException if it was not
   */
  static void requireCreated(Response response, Descriptor blob, UploadSession session)
      throws IOException {
    try {
      response.expect(201);
    } catch (RegistryException e) {
      session.cancel();
      throw e;
    }
    response.requireDigest(blob.digest());
  }
}
