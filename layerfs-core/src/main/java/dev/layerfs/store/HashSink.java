package dev.layerfs.store;

import dev.layerfs.oci.Digest;
import java.security.MessageDigest;

/** Computes the SHA-256 digest and the length of what it takes. */
final class HashSink implements ByteSink {
  private final MessageDigest hash = Digest.sha256(new byte[0]).newMessageDigest();
  private long length;

  @Override
  public void accept(byte[] bytes, int offset, int count) {
    hash.update(bytes, offset, count);
    length += count;
  }

  long length() {
    return length;
  }

  /** Ends the computation; to be called once. */
  Digest digest() {
    return Digest.ofSha256(hash.digest());
  }
}
