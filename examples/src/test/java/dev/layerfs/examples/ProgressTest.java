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
  void isABarThatIsRedrawnNotTooOftenAndClearedAtLast() {
    try (Progress progress = Progress.on(terminal(true))) {
      progress.progress("layer a", 1000, 4000);
      progress.progress("layer a", 2000, 4000);
    }
    String bar = "[" + "=".repeat(7) + " ".repeat(23) + "] 25% of 4.0 kB layer a";
    assertEquals("\r\u001b[K" + bar + "\r\u001b[K", err.toString());
  }

  private Terminal terminal(boolean interactive) {
    PrintWriter writer = new PrintWriter(err);
    return new Terminal(
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        writer,
        writer,
        interactive,
        Map.of(),
        Clock.fixed(Instant.EPOCH.plusSeconds(1), ZoneOffset.UTC));
  }
}
