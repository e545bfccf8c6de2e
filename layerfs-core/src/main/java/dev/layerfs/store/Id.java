package dev.layerfs.store;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * The name of a container or session on disk: twelve hexadecimal digits. Only an id makes a path, and only what has the
 * form of an id becomes one.
 *
 * @param number its value, 48 bits
 */
public record Id(long number) implements Comparable<Id> {
  /** Number of digits. */
  static final int LENGTH = 12;

  /** The highest bit: the first digit of an ephemeral container's id is 8 or more. */
  private static final long EPHEMERAL = 1L << 47;

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Returns a new id that nobody can guess. */
  public static Id random() {
    return new Id(RANDOM.nextLong() >>> 16);
  }

  /**
   * Returns a new id for a container. Nothing of an ephemeral one is made durable, so after power loss its record may be no
   * record, while its name is there; therefore the name says what it is.
   */
  static Id random(boolean ephemeral) {
    long number = random().number;
    return new Id(ephemeral ? number | EPHEMERAL : number & ~EPHEMERAL);
  }

  /** Whether it may be that of an ephemeral container. */
  boolean mayBeEphemeral() {
    return (number & EPHEMERAL) != 0;
  }

  /** Returns the id that a text is, if it has the form of one. */
  public static Optional<Id> parse(String text) {
    return text.length() == LENGTH && isHex(text)
        ? Optional.of(new Id(Long.parseLong(text, 16)))
        : Optional.empty();
  }

  /** Whether the text consists of lower-case hexadecimal digits only. */
  static boolean isHex(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  @Override
  public int compareTo(Id other) {
    return Long.compare(number, other.number);
  }

  /** The twelve digits. */
  @Override
  public String toString() {
    String digits = Long.toHexString(number);
    return "0".repeat(LENGTH - digits.length()) + digits;
  }
}
