package dev.layerfs.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The name of a volume, of the same form as that of a container: so it is a file name on every host, and nothing else
 * becomes one. A volume that nobody named has 64 hexadecimal digits.
 *
 * @param text the name
 */
public record VolumeName(String text) implements Comparable<VolumeName> {
  private static final int RANDOM_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Returns the name that a text is, if it has the form of one. */
  public static Optional<VolumeName> parse(String text) {
    return ContainerName.isName(text) ? Optional.of(new VolumeName(text)) : Optional.empty();
  }

  /** Returns a new name that nobody can guess: 64 hexadecimal digits. */
  public static VolumeName random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(bytes);
    return new VolumeName(HexFormat.of().formatHex(bytes));
  }

  @Override
  public int compareTo(VolumeName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
