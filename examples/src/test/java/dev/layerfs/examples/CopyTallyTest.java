package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CopyTallyTest {
  /** Notes what is shown. */
  private static final class Shown extends Progress {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void progress(String what, long doneBytes, long totalBytes) {
      lines.add(what + ", " + doneBytes + " of " + totalBytes);
    }

    @Override
    void clear() {
      lines.add("cleared");
    }

    @Override
    public void close() {}
  }

  @Test
  void showsWhatIsCopiedAndMakesRoomForWarnings() {
    try (Shown shown = new Shown()) {
      CopyTally tally = new CopyTally(shown.lines::add, shown);
      tally.copied(10);
      tally.skip("pipe", "it is a pipe");
      tally.copied(5);
      assertEquals(
          List.of(
              "files: 1, 10 of -1", "cleared", "pipe: skipped, it is a pipe", "files: 2, 15 of -1"),
          shown.lines);
      assertEquals(List.of("pipe"), tally.skipped());
    }
  }
}
