package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class ByteSizeTest {
  @Test
  void unitsAreOf1024() {
    assertEquals(0, ByteSize.parse("0"));
    assertEquals(4096, ByteSize.parse("4096"));
    assertEquals(4096, ByteSize.parse("4096b"));
    assertEquals(1024, ByteSize.parse("1k"));
    assertEquals(10 << 20, ByteSize.parse("10M"));
    assertEquals(3L << 29, ByteSize.parse("1.5G"));
    assertEquals(2L << 40, ByteSize.parse("2TiB"));
    assertEquals(1L << 50, ByteSize.parse("1pb"));
    assertEquals(7L << 60, ByteSize.parse("7E"));
    assertEquals(Long.MAX_VALUE, ByteSize.parse("9223372036854775807"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M", "-1", "1,5G", "1.G", "10X", "10Mi", "8E", "9223372036854775808"})
  void whatIsNoSizeIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> ByteSize.parse(text));
  }
}
