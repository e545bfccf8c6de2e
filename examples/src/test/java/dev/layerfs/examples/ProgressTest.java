package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final StringWriter err = new StringWriter();

  @Test
  void isALineForEachLayerWhereNobodyWatches() {
    try (Progress progress = Progress.on(terminal(false))) {
      progress.progress("layer a", 0, -1);
      progress.progress("layer a", 500, 2000);
      progress.progress("layer\u001b b", 1000, 2000);
      progress.progress("layer a", 2000, 2000);
    }
    assertEquals(
        "layer a (0 B)\nlayer\\033 b (1.0 kB of 2.0 kB)\n", err.toString().replace("\r", ""));
  }

  @Test
  void isNothingOfWorkThatIsDoneBeforeLongWhereNobodyWatches() {
    try (Progress progress = Progress.watchedOn(terminal(false))) {
      progress.progress("new layer", 0, -1);
    }
    assertEquals("", err.toString());
    try (Progress progress = Progress.watchedOn(terminal(true))) {
      progress.progress("new layer", 1000, -1);
    }
    assertEquals("\r\u001b[K1.0 kB new layer\r\u001b[K", err.toString());
  }

  @Test
  void isABarThatIsRedrawnNotTooOftenAndClearedAtLast() {
    try (Progress progress = Progress.on(terminal(true))) {
      progress.progress("layer a", 1000, 4000);
      progress.progress("layer a", 2000, 4000);
    }
    String bar = "[" + "=".repeat(7) + " ".repeat(23) + "] 25% of 4.0 kB layer a";
    assertEquals("\r\u001b[K" + bar + "\r\u001b[K", err.toString());
  }

  @Test
  void tellsRateAndTimeLeftOnceASecondHasPassed() {
    Progress.Pace pace = new Progress.Pace(10_000, 500);
    assertEquals("", pace.text(10_999, 1500, 10_500));
    assertEquals(", 1.0 kB/s, 9 s left", pace.text(11_000, 1500, 10_500));
    assertEquals(", 500 B/s", pace.text(12_000, 1500, -1));
    assertEquals(", 1.0 kB/s", pace.text(11_000, 1500, 1500));
    assertEquals(", 1 B/s, 17 min left", pace.text(11_000, 501, 1501));
    assertEquals(", 1 B/s, 3 h left", pace.text(11_000, 501, 501 + 3 * 3600));
    assertEquals("", pace.text(20_000, 500, 1000), "nothing has moved");
  }

  private Terminal terminal(boolean interactive) {
    PrintWriter writer = new PrintWriter(err);
    return new Terminal(
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        writer,
        writer,
        interactive,
        false,
        Map.of(),
        Clock.fixed(Instant.EPOCH.plusSeconds(1), ZoneOffset.UTC));
  }
}
