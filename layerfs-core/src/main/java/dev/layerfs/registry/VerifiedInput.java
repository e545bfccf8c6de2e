package dev.layerfs.registry;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A blob's bytes, the last of which come only if all of them have the right digest and number. */
final class VerifiedInput extends FilterInputStream {
  private final Descriptor blob;
  private final MessageDigest hash;
  private long count;

  VerifiedInput(InputStream in, Descriptor blob) {
    super(in);
    this.blob = blob;
    this.hash = blob.digest().newMessageDigest();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int read = in.read(bytes, offset, length);
    if (read > 0) {
      hash.update(bytes, offset, read);
      count += read;
      if (count == blob.size()) {
        requireDigest();
      }
    } else if (count != blob.size()) {
      throw new DigestMismatchException(
          "blob " + blob.digest(), blob.size() + " bytes", count + " bytes");
    } else if (count == 0) {
      requireDigest();
    }
    return read;
  }

  private void requireDigest() throws DigestMismatchException {
    Digest digest = new Digest(blob.digest().algorithm(), HexFormat.of().formatHex(hash.digest()));
    if (!digest.equals(blob.digest())) {
      throw new DigestMismatchException(
          "blob " + blob.digest(), blob.digest().toString(), digest.toString());
    }
  }

  @Override
  public long skip(long bytes) throws IOException {
    byte[] passed = new byte[(int) Math.max(0, Math.min(bytes, 64 << 10))];
    return Math.max(0, read(passed, 0, passed.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
