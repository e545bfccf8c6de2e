package dev.layerfs.examples;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes on the command line: {@code 4096}, {@code 10M} or {@code 1.5GiB}, in units of 1024. */
final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?)(?:([kmgtpe])(?:i?b)?|b)?");
  private static final String UNITS = "kmgtpe";

  /** Made by picocli. */
  ByteSize() {}

  @Override
  public Long convert(String text) {
    return parse(text);
  }

  /**
   * Reads a number of bytes.
   *
   * @param text the number; upper and lower case mean the same
   * @return the bytes, rounded down
   * @throws TypeConversionException if it is none, or more than a {@code long} can hold
   */
  static long parse(String text) {
    Matcher size = TEXT.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw new TypeConversionException("'" + text + "' is no size, such as 4096, 10M or 1.5G");
    }
    int exponent = size.group(2) == null ? 0 : UNITS.indexOf(size.group(2)) + 1;
    try {
      return new BigDecimal(size.group(1))
          .multiply(BigDecimal.valueOf(1024).pow(exponent))
          .setScale(0, RoundingMode.DOWN)
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
  }
}
