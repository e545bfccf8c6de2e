package dev.layerfs.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What proves to a registry who asks. Immutable. Its secret is in no text that this class makes. */
public final class Credentials {
  /** How they are used. */
  enum Kind {
    /** A user and a password, for the registry or its token service. */
    BASIC,
    /** A refresh token, for the token service. */
    IDENTITY_TOKEN,
    /** An access token, for the registry. */
    BEARER
  }

  private final Kind kind;
  private final String user;
  private final String secret;

  private Credentials(Kind kind, String user, String secret) {
    this.kind = kind;
    this.user = user;
    this.secret = secret;
  }

  /**
   * Returns the credentials of a user.
   *
   * @param user the name, without a colon
   * @param password the password, or a token that stands for one
   * @return new credentials
   * @throws IllegalArgumentException if the name has a colon (RFC 7617, section 2)
   */
  public static Credentials basic(String user, String password) {
    if (user.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a user name has no colon");
    }
    return new Credentials(Kind.BASIC, user, password);
  }

  /**
   * Returns credentials that are an identity token, which a registry's token service gives out at login.
   *
   * @param token the token
   * @return new credentials
   */
  public static Credentials identityToken(String token) {
    return new Credentials(Kind.IDENTITY_TOKEN, "", token);
  }

  /**
   * Returns credentials that are an access token, sent to the registry as it is.
   *
   * @param token the token
   * @return new credentials
   * @throws IllegalArgumentException if it has other characters than visible ones of ASCII
   */
  public static Credentials bearer(String token) {
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("an access token has visible ASCII characters only");
    }
    return new Credentials(Kind.BEARER, "", token);
  }

  Kind kind() {
    return kind;
  }

  String secret() {
    return secret;
  }

  /** The value of an {@code Authorization} header by RFC 7617. */
  String basicHeader() {
    return "Basic " + encoded();
  }

  private String encoded() {
    byte[] pair = (user + ':' + secret).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(pair);
  }

  /** What must be in no message. */
  List<String> secrets() {
    return List.of(secret, encoded());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Credentials that
        && kind == that.kind
        && user.equals(that.user)
        && secret.equals(that.secret);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, user, secret);
  }

  /** The kind and the user, without the secret. */
  @Override
  public String toString() {
    return user.isEmpty() ? kind.toString() : kind + " " + user;
  }
}
