package dev.layerfs.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a worker says of what it does, line by line: before an operation what will be different when it has returned, and
 * afterwards that it has, or was refused.
 */
final class SoakLog {
  private static final String RESUMED = "resumed";
  private static final String BEGIN = "begin";
  private static final String END = "end";
  private static final String REFUSED = "refused";
  private static final String VIOLATION = "violation";

  private final OutputStream out;

  /** Writes to a stream, without a buffer. */
  SoakLog(OutputStream out) {
    this.out = out;
  }

  /** Says which of the possible states was found. */
  void resumed(int state) throws IOException {
    say(RESUMED, List.of(Integer.toString(state)));
  }

  /** Says what is about to be done. */
  void begin(String operation, SortedMap<String, String> changes) throws IOException {
    say(BEGIN + "\t" + operation, words(changes));
  }

  /** Says that it was done, and what else has changed. */
  void end(SortedMap<String, String> changes) throws IOException {
    say(END, words(changes));
  }

  /** Says that it was refused, so that nothing has changed. */
  void refused(IOException reason) throws IOException {
    say(REFUSED, List.of(String.valueOf(reason)));
  }

  /** Says what should not have been. */
  void violation(String what) throws IOException {
    say(VIOLATION, List.of(what));
  }

  /** Says what should not have been thrown. */
  void violation(Throwable thrown) throws IOException {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    violation(trace.toString().replace("\t", " ").replace("\n", " | "));
  }

  private static List<String> words(SortedMap<String, String> changes) {
    List<String> words = new ArrayList<>();
    changes.forEach((key, value) -> words.addAll(List.of(key, value)));
    return words;
  }

  private void say(String first, List<String> more) throws IOException {
    StringBuilder line = new StringBuilder(first);
    more.forEach(word -> line.append('\t').append(word));
    out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What has come of a worker that is no more.
   *
   * @param states what there may be now: one state, or that before and that after what was under way
   * @param returned how many operations had returned
   * @param refused how many were refused
   * @param resumed which of the states was found when it began; less than 0 if it died before it knew
   * @param underway what was under way; empty if nothing was
   * @param violations what should not have been
   */
  record Outcome(
      List<SoakState> states,
      int returned,
      int refused,
      int resumed,
      String underway,
      List<String> violations) {}

  /**
   * Reads a log.
   *
   * @param log what a worker has said
   * @param begun what it may have found
   */
  static Outcome read(Path log, List<SoakState> begun) throws IOException {
    List<SoakState> states = begun;
    List<String> violations = new ArrayList<>();
    int returned = 0;
    int refused = 0;
    int resumed = -1;
    String underway = "";
    for (String line : Files.readAllLines(log)) {
      String[] words = line.split("\t", -1);
      switch (words[0]) {
        case RESUMED -> {
          resumed = Integer.parseInt(words[1]);
          states = List.of(states.get(resumed));
        }
        case BEGIN -> {
          underway = words[1];
          states = List.of(states.get(0), states.get(0).after(changes(words, 2)));
        }
        case END -> {
          returned++;
          underway = "";
          states = List.of(states.get(1).after(changes(words, 1)));
        }
        case REFUSED -> {
          refused++;
          underway = "";
          states = List.of(states.get(0));
        }
        default -> violations.add(line);
      }
    }
    return new Outcome(states, returned, refused, resumed, underway, violations);
  }

  private static SortedMap<String, String> changes(String[] words, int first) {
    SortedMap<String, String> changes = new TreeMap<>();
    for (int i = first; i + 1 < words.length; i += 2) {
      changes.put(words[i], words[i + 1]);
    }
    return changes;
  }

  /** Writes what a worker may find. */
  static void writeStates(Path file, List<SoakState> states) throws IOException {
    List<String> lines = new ArrayList<>();
    for (SoakState state : states) {
      StringBuilder line = new StringBuilder("state");
      state
          .objects()
          .forEach((key, value) -> line.append('\t').append(key).append('\t').append(value));
      lines.add(line.toString());
    }
    Files.write(file, lines);
  }

  /** Reads what {@link #writeStates} has written. */
  static List<SoakState> readStates(Path file) throws IOException {
    List<SoakState> states = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      states.add(SoakState.empty().after(changes(line.split("\t", -1), 1)));
    }
    return states;
  }
}
