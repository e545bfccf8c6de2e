package dev.layerfs.oci;

import com.google.common.base.CharMatcher;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content identifier, {@code algorithm:encoded} (descriptor.md, "Digests"). Both parts are always well-formed, so neither
 * holds a path separator, and neither is {@code .} or {@code ..}. Only {@code sha256} and {@code sha512} can be verified;
 * digests of other algorithms exist so that documents which mention them can be copied.
 *
 * @param algorithm the algorithm's identifier, at most 64 characters
 * @param encoded the hash, at most 255 characters; for sha256, sha512 and blake3 lower-case hexadecimal of the exact length
 */
public record Digest(String algorithm, String encoded) {
  private static final int MAX_ALGORITHM_LENGTH = 64;
  private static final int MAX_ENCODED_LENGTH = 255;
  private static final CharMatcher ENCODED = Grammar.ALPHANUMERIC.or(CharMatcher.anyOf("=_-"));

  /**
   * Checks both parts.
   *
   * @throws IllegalArgumentException if a part is malformed
   */
  public Digest {
    String problem = problem(algorithm, encoded);
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(problem);
    }
  }

  /**
   * Parses a digest of content that is to be fetched, and so must be verifiable.
   *
   * @param text untrusted text
   * @return a sha256 or sha512 digest
   * @throws MalformedImageException if it is malformed
   * @throws UnsupportedImageException if its algorithm is another one
   */
  public static Digest parse(String text)
      throws MalformedImageException, UnsupportedImageException {
    return parseAny(text).requireVerifiable();
  }

  /**
   * Parses a digest of any algorithm (descriptor.md: unrecognized algorithms should pass validation).
   *
   * @param text untrusted text
   * @return the digest
   * @throws MalformedImageException if it is malformed
   */
  public static Digest parseAny(String text) throws MalformedImageException {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new MalformedImageException("digest '" + text + "'", "must be algorithm:encoded");
    }
    String algorithm = text.substring(0, colon);
    String encoded = text.substring(colon + 1);
    String problem = problem(algorithm, encoded);
    if (!problem.isEmpty()) {
      throw new MalformedImageException("digest '" + text + "'", problem);
    }
    return new Digest(algorithm, encoded);
  }

  /**
   * Returns the sha256 digest of content.
   *
   * @param content the content
   * @return its digest
   */
  public static Digest sha256(byte[] content) {
    return ofSha256(messageDigest("SHA-256").digest(content));
  }

  /**
   * Returns the digest with a given hash.
   *
   * @param hash 32 bytes
   * @return a sha256 digest
   * @throws IllegalArgumentException if there are not 32 bytes
   */
  public static Digest ofSha256(byte[] hash) {
    return new Digest("sha256", HexFormat.of().formatHex(hash));
  }

  /**
   * Returns the encoded hash, which for every digest layerfs computes is hexadecimal.
   *
   * @return {@link #encoded}
   */
  public String hex() {
    return encoded;
  }

  /**
   * Says whether content can be checked against this digest.
   *
   * @return whether the algorithm is sha256 or sha512
   */
  public boolean isVerifiable() {
    return algorithm.equals("sha256") || algorithm.equals("sha512");
  }

  /**
   * Returns this digest if content can be checked against it.
   *
   * @return this digest
   * @throws UnsupportedImageException if the algorithm is neither sha256 nor sha512
   */
  public Digest requireVerifiable() throws UnsupportedImageException {
    if (!isVerifiable()) {
      throw new UnsupportedImageException(
          "digest '" + this + "'", "content can only be verified by sha256 or sha512");
    }
    return this;
  }

  /**
   * Returns a new hash function of this digest's algorithm.
   *
   * @return a hash function, for one thread
   * @throws IllegalStateException if this digest isn't {@linkplain #isVerifiable() verifiable}
   */
  public MessageDigest newMessageDigest() {
    return switch (algorithm) {
      case "sha256" -> messageDigest("SHA-256");
      case "sha512" -> messageDigest("SHA-512");
      default -> throw new IllegalStateException("no hash function for " + this);
    };
  }

  /**
   * Says whether content has this digest.
   *
   * @param content the content
   * @return whether the hash is equal
   * @throws IllegalStateException if this digest isn't {@linkplain #isVerifiable() verifiable}
   */
  public boolean matches(byte[] content) {
    return HexFormat.of().formatHex(newMessageDigest().digest(content)).equals(encoded);
  }

  /** The digest as documents have it: {@code algorithm:encoded}. */
  @Override
  public String toString() {
    return algorithm + ':' + encoded;
  }

  /** Returns what is wrong with the parts, or an empty string. */
  private static String problem(String algorithm, String encoded) {
    if (algorithm.length() > MAX_ALGORITHM_LENGTH || encoded.length() > MAX_ENCODED_LENGTH) {
      return "a digest's algorithm has at most 64 characters, its hash at most 255";
    }
    if (!isAlgorithm(algorithm)) {
      return "malformed digest algorithm (descriptor.md, Digests)";
    }
    return switch (algorithm) {
      case "sha256", "blake3" ->
        isHex(encoded, 64) ? "" : "must have 64 lower-case hexadecimal digits";
      case "sha512" -> isHex(encoded, 128) ? "" : "must have 128 lower-case hexadecimal digits";
      default -> isEncoded(encoded) ? "" : "malformed digest hash (descriptor.md, Digests)";
    };
  }

  /** {@code algorithm ::= component (separator component)*}, components of {@code [a-z0-9]+}, separators {@code [+._-]}. */
  private static boolean isAlgorithm(String text) {
    boolean inComponent = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Grammar.LOWER_ALPHANUMERIC.matches(c)) {
        inComponent = true;
      } else if (inComponent && "+._-".indexOf(c) >= 0) {
        inComponent = false;
      } else {
        return false;
      }
    }
    return inComponent;
  }

  /** {@code encoded ::= [a-zA-Z0-9=_-]+}. */
  private static boolean isEncoded(String text) {
    return !text.isEmpty() && ENCODED.matchesAllOf(text);
  }

  private static boolean isHex(String text, int length) {
    return text.length() == length && Grammar.LOWER_HEX.matchesAllOf(text);
  }

  private static MessageDigest messageDigest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has " + name, e);
    }
  }
}
