package dev.layerfs.examples;

import dev.layerfs.ProgressListener;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shows how far a piece of work is: as a bar that a person can watch, or as plain lines. */
abstract class Progress implements ProgressListener, AutoCloseable {
  /**
   * Chooses what fits.
   *
   * @param terminal where progress is shown
   * @return a listener to be closed when the work is done
   */
  static Progress on(Terminal terminal) {
    return terminal.interactive()
        ? new Bar(terminal.err(), terminal.clock())
        : new Lines(terminal.err());
  }

  /**
   * Chooses what fits work that is done before long: where nobody watches nothing is shown.
   *
   * @param terminal where progress is shown
   * @return a listener to be closed when the work is done
   */
  static Progress watchedOn(Terminal terminal) {
    return terminal.interactive() ? new Bar(terminal.err(), terminal.clock()) : new None();
  }

  /** Makes room for a line of text; what was shown comes again with the next progress. */
  void clear() {}

  @Override
  public abstract void close();

  /** Nothing. */
  private static final class None extends Progress {
    @Override
    public void progress(String what, long doneBytes, long totalBytes) {}

    @Override
    public void close() {}
  }

  /** A line for each layer, when its work begins. */
  private static final class Lines extends Progress {
    private final PrintWriter err;
    private final Set<String> begun = new HashSet<>();

    Lines(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void progress(String what, long doneBytes, long totalBytes) {
      if (begun.add(what)) {
        String total = totalBytes < 0 ? "" : " of " + Human.size(totalBytes);
        err.println(Human.printable(what) + " (" + Human.size(doneBytes) + total + ")");
      }
    }

    @Override
    public void close() {
      err.flush();
    }
  }

  /**
   * How fast something goes.
   *
   * @param begun when it was first heard of, milliseconds since the epoch
   * @param before bytes that were done then
   */
  record Pace(long begun, long before) {
    private static final long SECOND = 1000;

    /**
     * Returns rate and time left, for example {@code , 3.2 MB/s, 12 s left}.
     *
     * @param now the time, milliseconds since the epoch
     * @param done bytes done
     * @param total bytes to do, negative if nobody knows
     * @return nothing in the first second, when neither means much
     */
    String text(long now, long done, long total) {
      long millis = now - begun;
      long moved = done - before;
      if (millis < SECOND || moved <= 0) {
        return "";
      }
      double rate = (double) moved * SECOND / millis;
      String text = ", " + Human.size((long) rate) + "/s";
      return total > done ? text + ", " + left((long) Math.ceil((total - done) / rate)) : text;
    }

    private static String left(long seconds) {
      if (seconds < 100) {
        return seconds + " s left";
      }
      long minutes = (seconds + 59) / 60;
      return minutes < 100 ? minutes + " min left" : (minutes + 59) / 60 + " h left";
    }
  }

  /** One line, redrawn in place. */
  private static final class Bar extends Progress {
    private static final int CELLS = 30;
    private static final int TEXT = 30;
    private static final long REDRAW_MILLIS = 100;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private final Clock clock;
    private @Nullable Pace pace;
    private long drawn;

    Bar(PrintWriter err, Clock clock) {
      this.err = err;
      this.clock = clock;
    }

    @Override
    public void progress(String what, long doneBytes, long totalBytes) {
      long now = clock.millis();
      if (pace == null) {
        pace = new Pace(now, doneBytes);
      }
      if (now - drawn >= REDRAW_MILLIS || now < drawn) {
        drawn = now;
        String layer = Human.printable(what);
        err.print(CLEAR_LINE + bar(doneBytes, totalBytes) + pace.text(now, doneBytes, totalBytes)
            + " " + layer.substring(0, Math.min(TEXT, layer.length())));
        err.flush();
      }
    }

    private static String bar(long done, long total) {
      if (total <= 0) {
        return Human.size(done);
      }
      double part = Math.min(1, (double) done / total);
      int full = (int) (part * CELLS);
      return "[" + "=".repeat(full) + " ".repeat(CELLS - full) + "] " + (int) (part * 100) + "% of "
          + Human.size(total);
    }

    @Override
    void clear() {
      err.print(CLEAR_LINE);
      err.flush();
    }

    @Override
    public void close() {
      clear();
    }
  }
}
