package dev.layerfs.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IdentityTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0:0",
        "1000|1000:1000",
        "1000:20|1000:20",
        "1000:20,30,40|1000:20,30,40",
        "4294967294:4294967294|4294967294:4294967294"
      })
  void readsWhatItWrites(String text, String written) {
    assertEquals(written, Identity.parse(text).toString());
    assertEquals(Identity.parse(text), Identity.parse(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "joe",
        "1000:",
        ":20",
        "-1",
        "1:-1",
        "1:2,",
        "1:2:3",
        "4294967295",
        "0:4294967295",
        "99999999999"
      })
  void refusesOtherTexts(String text) {
    assertThrows(IllegalArgumentException.class, () -> Identity.parse(text));
  }

  @Test
  void refusesIdsThatNobodyHas() {
    assertThrows(IllegalArgumentException.class, () -> Identity.of(1000));
    assertThrows(IllegalArgumentException.class, () -> Identity.of(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> Identity.of(0, 4_294_967_295L));
  }

  @Test
  void firstGroupIsThePrimaryOne() {
    Identity identity = Identity.of(1000, 20, 30);
    assertEquals(List.of(20L, 30L), identity.gids());
    assertEquals(20, identity.gid());
    assertTrue(identity.isIn(30));
    assertFalse(identity.isIn(1000));
    assertFalse(identity.isRoot());
    assertTrue(Identity.of(0, 5).isRoot());
  }
}
