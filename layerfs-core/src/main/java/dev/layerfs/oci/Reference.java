package dev.layerfs.oci;

import com.google.common.base.CharMatcher;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The name of an image in a registry: {@code domain/repository[:tag][@digest]}. Parses the names that people type the way
 * Docker does ({@code debian} is {@code docker.io/library/debian}) and refuses what the distribution project's reference
 * grammar refuses.
 *
 * @param domain the registry's host, with its port if it names one, for example {@code localhost:5000}
 * @param repository the repository's path in the registry, for example {@code library/debian}
 * @param tag the tag
 * @param digest the digest of a manifest or index
 */
public record Reference(
    String domain, String repository, Optional<String> tag, Optional<Digest> digest) {
  private static final String DEFAULT_DOMAIN = "docker.io";
  private static final String LEGACY_DEFAULT_DOMAIN = "index.docker.io";
  private static final String OFFICIAL_PREFIX = "library/";
  private static final int MAX_NAME_LENGTH = 255;
  private static final CharMatcher WORD = Grammar.ALPHANUMERIC.or(CharMatcher.is('_'));
  private static final CharMatcher TAG = WORD.or(CharMatcher.anyOf(".-"));
  private static final CharMatcher LABEL = Grammar.ALPHANUMERIC.or(CharMatcher.is('-'));
  private static final CharMatcher IPV6 =
      Grammar.LOWER_HEX.or(CharMatcher.inRange('A', 'F')).or(CharMatcher.is(':'));

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a part is malformed, or the name has more than 255 characters
   */
  public Reference {
    String problem = problem(domain, repository, tag);
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(problem);
    }
  }

  /**
   * Parses a name, familiar or full.
   *
   * @param text what a user or an archive says; untrusted
   * @return the reference
   * @throws MalformedImageException if the grammar forbids it
   */
  public static Reference parse(String text) throws MalformedImageException {
    String object = "reference '" + text + "'";
    int at = text.indexOf('@');
    Optional<Digest> digest =
        at < 0 ? Optional.empty() : Optional.of(digest(object, text.substring(at + 1)));
    String named = at < 0 ? text : text.substring(0, at);
    int colon = named.lastIndexOf(':');
    boolean tagged = colon > named.lastIndexOf('/');
    Optional<String> tag = tagged ? Optional.of(named.substring(colon + 1)) : Optional.empty();
    String name = tagged ? named.substring(0, colon) : named;
    if (isId(name)) {
      throw new MalformedImageException(object, "64 hexadecimal digits are an id, not a name");
    }
    int slash = name.indexOf('/');
    boolean hasDomain = slash >= 0 && looksLikeDomain(name.substring(0, slash));
    String domain = hasDomain ? name.substring(0, slash) : DEFAULT_DOMAIN;
    String repository = hasDomain ? name.substring(slash + 1) : name;
    if (domain.equals(LEGACY_DEFAULT_DOMAIN)) {
      domain = DEFAULT_DOMAIN;
    }
    if (domain.equals(DEFAULT_DOMAIN) && repository.indexOf('/') < 0) {
      repository = OFFICIAL_PREFIX + repository;
    }
    String problem = problem(domain, repository, tag);
    if (!problem.isEmpty()) {
      throw new MalformedImageException(object, problem);
    }
    return new Reference(domain, repository, tag, digest);
  }

  /**
   * Returns the shortest form that {@link #parse} understands: without {@code docker.io/} and {@code library/}.
   *
   * @return the familiar name, with tag and digest
   */
  public String familiar() {
    if (!domain.equals(DEFAULT_DOMAIN)) {
      return toString();
    }
    boolean official = repository.startsWith(OFFICIAL_PREFIX)
        && repository.indexOf('/', OFFICIAL_PREFIX.length()) < 0;
    String shortest = official ? repository.substring(OFFICIAL_PREFIX.length()) : repository;
    int slash = shortest.indexOf('/');
    boolean ambiguous =
        isId(shortest) || slash >= 0 && looksLikeDomain(shortest.substring(0, slash));
    return ambiguous ? toString() : shortest + suffix();
  }

  /**
   * Returns the full name without tag and digest.
   *
   * @return {@code domain/repository}
   */
  public String name() {
    return domain + '/' + repository;
  }

  /**
   * Returns this reference with the tag {@code latest} if it has neither tag nor digest.
   *
   * @return a reference with a tag or a digest
   */
  public Reference withDefaultTag() {
    if (tag.isPresent() || digest.isPresent()) {
      return this;
    }
    return new Reference(domain, repository, Optional.of("latest"), digest);
  }

  /** The full reference. */
  @Override
  public String toString() {
    return name() + suffix();
  }

  /**
   * Says whether a text is a tag: a letter, digit or underscore, then up to 127 of these or {@code .-}.
   *
   * @param text untrusted text
   * @return whether it is
   */
  public static boolean isTag(String text) {
    return !text.isEmpty()
        && text.length() <= 128
        && WORD.matches(text.charAt(0))
        && TAG.matchesAllOf(text);
  }

  private String suffix() {
    return tag.map(t -> ':' + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }

  private static Digest digest(String object, String text) throws MalformedImageException {
    try {
      return Digest.parse(text);
    } catch (UnsupportedImageException e) {
      throw new MalformedImageException(object, Objects.requireNonNull(e.getMessage()));
    }
  }

  private static boolean isId(String name) {
    return name.length() == 64 && Grammar.LOWER_HEX.matchesAllOf(name);
  }

  /** Docker's rule: a first name with a dot, a port or a capital letter is a registry, and so is {@code localhost}. */
  private static boolean looksLikeDomain(String first) {
    return first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || first.equals("localhost")
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  private static String problem(String domain, String repository, Optional<String> tag) {
    if (domain.length() + 1 + repository.length() > MAX_NAME_LENGTH) {
      return "a name has at most 255 characters";
    }
    if (!isDomain(domain)) {
      return "malformed registry host";
    }
    if (domain.equals(DEFAULT_DOMAIN) && repository.indexOf('/') < 0) {
      return "a repository of docker.io has a namespace, which for official images is library/";
    }
    if (!isRepository(repository)) {
      return "a repository has names of lower-case letters and digits, with single '.', '_', '__' or '-'s inside";
    }
    if (tag.isPresent() && !isTag(tag.get())) {
      return "a tag has 1 to 128 letters, digits or _.- and begins with none of .-";
    }
    return "";
  }

  private static boolean isDomain(String text) {
    int bracket = text.lastIndexOf(']');
    int colon = text.indexOf(':', Math.max(bracket, 0));
    String host = colon < 0 ? text : text.substring(0, colon);
    String port = colon < 0 ? "0" : text.substring(colon + 1);
    return isPort(port) && (bracket >= 0 ? isIpv6(host) : isHostName(host));
  }

  private static boolean isPort(String text) {
    return !text.isEmpty() && text.length() <= 5 && Grammar.DIGIT.matchesAllOf(text);
  }

  private static boolean isIpv6(String host) {
    return host.length() > 4
        && host.startsWith("[")
        && host.endsWith("]")
        && IPV6.matchesAllOf(host.substring(1, host.length() - 1));
  }

  private static boolean isHostName(String host) {
    for (String label : host.split("\\.", -1)) {
      boolean plain = !label.isEmpty()
          && !label.startsWith("-")
          && !label.endsWith("-")
          && LABEL.matchesAllOf(label);
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  private static boolean isRepository(String text) {
    for (String component : text.split("/", -1)) {
      if (!isPathComponent(component)) {
        return false;
      }
    }
    return true;
  }

  /** {@code alphanumeric (separator alphanumeric)*} with the separators {@code . _ __ -+}. */
  private static boolean isPathComponent(String text) {
    int separator = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Grammar.LOWER_ALPHANUMERIC.matches(c)) {
        separator = 0;
      } else if (i > 0 && isSeparator(text, i, separator)) {
        separator++;
      } else {
        return false;
      }
    }
    return !text.isEmpty() && separator == 0;
  }

  /** Whether the character at {@code i} continues a separator of which {@code length} characters are before it. */
  private static boolean isSeparator(String text, int i, int length) {
    char c = text.charAt(i);
    return switch (c) {
      case '.' -> length == 0;
      case '_' -> length == 0 || length == 1 && text.charAt(i - 1) == '_';
      case '-' -> length == 0 || text.charAt(i - 1) == '-';
      default -> false;
    };
  }
}
