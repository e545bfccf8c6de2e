package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.posix.FileType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HumanTest {
  private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "1999, 1.9 kB",
    "999999, 999.9 kB",
    "12345678, 12.3 MB",
    "9223372036854775807, 9.2 EB"
  })
  void sizes(long bytes, String text) {
    assertEquals(text, Human.size(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 seconds ago",
    "1, 1 second ago",
    "59, 59 seconds ago",
    "180, 3 minutes ago",
    "3600, 1 hour ago",
    "86400, 1 day ago",
    "1209600, 2 weeks ago",
    "7776000, 3 months ago",
    "94608000, 3 years ago",
    "-60, 2026-06-15 12:01"
  })
  void ages(long seconds, String text) {
    assertEquals(text, Human.ago(NOW.minusSeconds(seconds), CLOCK));
  }

  @Test
  void anUnknownAgeIsNothing() {
    assertEquals("", Human.ago(Optional.empty(), CLOCK));
  }

  @Test
  void timesBeyondAnyCalendarAreSeconds() {
    assertEquals("@9223372036854775807", Human.date(Long.MAX_VALUE, CLOCK));
    assertEquals("1970-01-01 00:00", Human.date(0, CLOCK));
  }

  @ParameterizedTest
  @CsvSource({
    "REGULAR, 0644, -rw-r--r--",
    "DIRECTORY, 01777, drwxrwxrwt",
    "REGULAR, 06755, -rwsr-sr-x",
    "REGULAR, 07000, ---S--S--T",
    "SYMLINK, 0777, lrwxrwxrwx",
    "BLOCK_DEVICE, 0, b---------"
  })
  void modes(FileType type, String mode, String text) {
    assertEquals(text, Human.mode(type, Integer.parseInt(mode, 8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "plain name; plain name",
        "\"\u001b[2J\"; \\033[2J",
        "\"a\nb\"; a\\012b",
        "\"\u202egpj\"; \\u202egpj",
        "\"\udcff\"; \\377",
        "ä 😀; ä 😀"
      })
  void namesAreHarmless(String name, String text) {
    assertEquals(text, Human.printable(name));
  }

  @Test
  void columnsAreAligned() {
    Table table = new Table("NAME", ">SIZE", "NOTE");
    table.row("a", "1", "");
    table.row("ünï\u001b", "123456", "x");
    StringWriter text = new StringWriter();
    table.print(new PrintWriter(text, true));
    assertEquals("""
        NAME       SIZE  NOTE
        a             1
        ünï\\033  123456  x
        """, text.toString().replace(System.lineSeparator(), "\n"));
  }
}
