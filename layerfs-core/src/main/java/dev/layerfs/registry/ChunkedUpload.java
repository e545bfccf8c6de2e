package dev.layerfs.registry;

import java.io.IOException;
import java.util.function.LongConsumer;

/** Sends a blob chunk by chunk. After a failure the registry is asked how far it got, and the upload goes on there. */
final class ChunkedUpload {
  private final UploadSession session;
  private final Retries retries;
  private final long chunkBytes;
  private final BlobAddress address;
  private final BlobContent content;
  private final LongConsumer progress;
  private long offset;
  private int failures;

  ChunkedUpload(
      UploadSession session,
      Retries retries,
      long chunkBytes,
      BlobAddress address,
      BlobContent content,
      LongConsumer progress) {
    this.session = session;
    this.retries = retries;
    this.chunkBytes = Math.max(chunkBytes, session.minChunk());
    this.address = address;
    this.content = content;
    this.progress = progress;
  }

  /**
   * Pushes the blob.
   *
   * @return false if the registry does not take it in chunks; the upload is given up then
   * @throws IOException if it does not take it at all
   */
  boolean run() throws IOException {
    long size = address.blob().size();
    while (offset < size) {
      long length = Math.min(chunkBytes, size - offset);
      try (Response response = session.patch(content, offset, length, progress)) {
        if (!take(response, length)) {
          session.cancel();
          return false;
        }
      } catch (ConnectionFailure e) {
        recover(e);
      }
    }
    return finish();
  }

  /** Whether to go on with chunks. */
  private boolean take(Response response, long length) throws IOException {
    if (response.status() == 202) {
      long before = offset;
      offset = Math.min(session.advance(response), address.blob().size());
      failures = offset > before ? 0 : failures + 1;
      return retries.allows(failures) && offset <= before + length;
    }
    if (Retries.isTransient(response.status())) {
      failures++;
      if (!retries.allows(failures)) {
        session.cancel();
        response.expect(202);
      }
      retries.pause(failures, response);
      return synchronize();
    }
    if (response.status() == 416) {
      failures++;
      return retries.allows(failures) && synchronize();
    }
    if (response.status() == 401 || response.status() == 403 || response.status() == 413) {
      session.cancel();
      response.expect(202);
    }
    return false;
  }

  private void recover(ConnectionFailure failure) throws IOException {
    failures++;
    if (!retries.allows(failures)) {
      session.cancel();
      throw failure;
    }
    retries.pause(failures);
    try {
      if (!synchronize()) {
        throw failure;
      }
    } catch (ConnectionFailure e) {
      recover(e);
    }
  }

  /** Asks where to go on; false if the registry does not know. */
  private boolean synchronize() throws IOException {
    try (Response response = session.status()) {
      if (response.status() != 204 && response.status() != 202) {
        return false;
      }
      offset = Math.min(session.advance(response), address.blob().size());
      return true;
    }
  }

  private boolean finish() throws IOException {
    while (true) {
      try (Response response = session.put(address.blob(), content, 0, bytes -> {})) {
        BlobUpload.requireCreated(response, address.blob(), session);
        return true;
      } catch (ConnectionFailure e) {
        failures++;
        if (address.exists()) { // the response got lost, not the blob
          return true;
        }
        if (!retries.allows(failures)) {
          session.cancel();
          throw e;
        }
        retries.pause(failures);
      }
    }
  }
}
