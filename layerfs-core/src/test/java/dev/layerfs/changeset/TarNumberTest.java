package dev.layerfs.changeset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How tar writes numbers. */
final class TarNumberTest {
  private static long field(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return TarNumber.field(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "'0000644\0', 420", "'    644 ', 420", "'644 \0\0\0\0', 420", "'\0\0\0\0\0\0\0\0', 0",
        "'        ', 0", "'77777777', 16777215", "'\0001722000', 500736", "'7', 7"
      })
  void readsOctalHoweverPadded(String quoted, long value) {
    assertEquals(value, field(quoted.substring(1, quoted.length() - 1)));
  }

  @Test
  void readsBase256LikeBigIntegers() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] number = new BigInteger(random.nextInt(96), random).toByteArray();
      if (random.nextBoolean()) {
        number = new BigInteger(number).negate().toByteArray();
      }
      BigInteger value = new BigInteger(number);
      if (value.bitLength() > 94) {
        continue;
      }
      byte[] field = new byte[12];
      java.util.Arrays.fill(field, (byte) (value.signum() < 0 ? 0xFF : 0));
      System.arraycopy(number, 0, field, 12 - number.length, number.length);
      field[0] |= (byte) 0x80;
      if (value.bitLength() <= 63) {
        assertEquals(value.longValueExact(), TarNumber.field(field, 0, 12), value::toString);
      } else {
        assertThrows(
            NumberFormatException.class, () -> TarNumber.field(field, 0, 12), value::toString);
      }
    }
  }

  @Test
  void readsDecimalsUpTo63Bits() {
    for (String text : new String[] {"0", "00", "9223372036854775807", "0000000000000000000012"}) {
      byte[] bytes = text.getBytes(ISO_8859_1);
      assertEquals(
          new BigInteger(text).longValueExact(), TarNumber.decimal(bytes, 0, bytes.length));
    }
    for (String text : new String[] {"", "9223372036854775808", "1a", "-1", "+1", " 1"}) {
      byte[] bytes = text.getBytes(ISO_8859_1);
      assertThrows(
          NumberFormatException.class, () -> TarNumber.decimal(bytes, 0, bytes.length), text);
    }
  }
}
