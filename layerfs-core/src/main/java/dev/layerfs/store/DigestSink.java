package dev.layerfs.store;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Computes a digest of what it takes, and compares it with the promised one. */
final class DigestSink implements ByteSink {
  private final Digest promised;
  private final MessageDigest hash;
  private long length;

  /**
   * Begins.
   *
   * @param promised the digest the content should have, of an algorithm that can be verified
   */
  DigestSink(Digest promised) throws IOException {
    this.promised = promised.requireVerifiable();
    this.hash = promised.newMessageDigest();
  }

  @Override
  public void accept(byte[] bytes, int offset, int count) {
    hash.update(bytes, offset, count);
    length += count;
  }

  /** Returns how many bytes it has taken. */
  long length() {
    return length;
  }

  /**
   * Ends the computation.
   *
   * @param subject what was read, for the message
   * @throws DigestMismatchException if the digest is another one
   */
  void requireMatch(String subject) throws DigestMismatchException {
    String actual = HexFormat.of().formatHex(hash.digest());
    if (!actual.equals(promised.encoded())) {
      throw new DigestMismatchException(
          subject, promised.toString(), promised.algorithm() + ':' + actual);
    }
  }
}
