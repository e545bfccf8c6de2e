package dev.layerfs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that takes the steps of a {@link StoreHistory} is killed at a system call, or the call fails; {@code strace} sees to
 * that. Whoever opens the store next, and is not killed, finds every step before or after.
 *
 * <p>One random call of each kind at full {@link Scale}, and of half of the kinds in each build; so many of every kind as {@code
 * -Dlayerfs.kill} says, or all.
 */
final class KillSweepTest {
  private static final String ASKED = System.getProperty("layerfs.kill", "");
  private static final boolean ALL = ASKED.equals("all");
  private static final int CALLS_OF_A_KIND = Integer.getInteger("layerfs.kill", 1);
  private static final List<String> CALLS = List.of(
      "openat",
      "mkdir",
      "rename",
      "unlink",
      "rmdir",
      "link",
      "symlink",
      "fsync",
      "write",
      "pwrite64",
      "ftruncate",
      "fsetxattr");
  private static final List<String> ERRORS =
      List.of("EIO", "ENOSPC", "EMFILE", "EDQUOT", "EROFS", "EACCES");
  private static final int RECOVERY_CALLS = 30;
  private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\(.*");

  private final long seed = Long.getLong("layerfs.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<String> violations = new ArrayList<>();
  private ClassPath classes;
  private StoreSources sources;
  private StoreExpectation expected;
  private int runs;
  private int broken;
  private int made;

  @TempDir
  Path temporary;

  @BeforeEach
  void prepare() throws IOException {
    Tool.assume("strace");
    Path probe = temporary.resolve("probe");
    assumeTrue(
        Tool.run(List.of("strace", "-f", "-o", probe.toString(), "true")).status() == 0,
        "strace may not trace here");
    classes = ClassPath.current();
    sources = StoreSources.make(temporary.resolve("sources"));
    expected = StoreExpectation.learn(sources);
  }

  @AfterEach
  void close() {
    if (sources != null) {
      sources.close();
    }
  }

  @Test
  void row95Killed() throws IOException {
    for (Map.Entry<String, Integer> call : someCalls()) {
      for (int number : numbers(call.getValue())) {
        Path store = temporary.resolve("killed-" + runs);
        String injection = call.getKey() + ":signal=KILL:when=" + number;
        int returned = run(StoreHistory.class, store, injection);
        broken += returned < expected.steps() ? 1 : 0;
        String second = "unlink,rename,rmdir,mkdir,fsync,write:signal=KILL:when="
            + (1 + random.nextInt(RECOVERY_CALLS));
        run(StoreContent.class, store, second);
        check(store, returned, injection + ", then " + second);
      }
    }
    report();
    assertTrue(broken > runs / 4, "most were killed before they had taken all steps");
  }

  @Test
  void failed() throws IOException {
    for (Map.Entry<String, Integer> call : someCalls()) {
      for (int number : numbers(call.getValue())) {
        for (String error : ALL ? ERRORS : List.of(ERRORS.get(random.nextInt(ERRORS.size())))) {
          Path store = temporary.resolve("failed-" + runs);
          String injection = call.getKey() + ":error=" + error + ":when=" + number;
          check(store, run(StoreHistory.class, store, injection), injection);
        }
      }
    }
    report();
  }

  private void report() {
    System.out.printf(
        "kill sweep: seed %d, %d runs, %d broken off, of %d calls%n", seed, runs, broken, made);
    assertEquals(List.of(), violations, "seed " + seed);
  }

  private List<Map.Entry<String, Integer>> someCalls() throws IOException {
    List<Map.Entry<String, Integer>> calls = new ArrayList<>(calls().entrySet());
    Collections.shuffle(calls, random);
    return !ASKED.isEmpty() || Scale.isFull() ? calls : calls.subList(0, calls.size() / 2);
  }

  /** How often a thread of the process makes each call in its store, at most. */
  private Map<String, Integer> calls() throws IOException {
    Path trace = temporary.resolve("trace-" + runs);
    Path store = temporary.resolve("whole-" + runs);
    List<String> command = new ArrayList<>(List.of(
        "strace", "-f", "-qq", "-o", trace.toString(), "-e", "trace=" + String.join(",", CALLS)));
    command.addAll(classes.java(StoreHistory.class, sources.arguments(store)));
    Tool.Result whole = Tool.run(command);
    assertEquals(expected.steps(), StoreHistory.returned(whole.output()), whole.output());
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (String line : Files.readAllLines(trace)) {
      Matcher call = CALL.matcher(line);
      if (call.matches()) {
        counts
            .computeIfAbsent(call.group(2), name -> new TreeMap<>())
            .merge(call.group(1), 1, Integer::sum);
      }
    }
    Map<String, Integer> calls = new TreeMap<>();
    counts.forEach((call, threads) -> calls.put(call, Collections.max(threads.values())));
    made = calls.values().stream().mapToInt(Integer::intValue).sum();
    assertTrue(
        calls.keySet().containsAll(List.of("fsync", "rename", "mkdir", "unlink")), calls::toString);
    return calls;
  }

  private List<Integer> numbers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, random);
    return ALL ? numbers : numbers.subList(0, Math.min(CALLS_OF_A_KIND, count));
  }

  /** Runs a program; returns how many steps had returned. */
  private int run(Class<?> program, Path store, String injection) throws IOException {
    runs++;
    String traced = "trace=" + injection.substring(0, injection.indexOf(':')); // or nothing is done
    List<String> command = new ArrayList<>(List.of(
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", traced, "-e", "inject=" + injection));
    command.addAll(classes.java(program, sources.arguments(store)));
    return StoreHistory.returned(Tool.run(command).output());
  }

  private void check(Path store, int returned, String origin) throws IOException {
    try {
      SortedSet<String> found = StoreContent.of(store);
      Optional<String> problem = expected.problem(returned, found);
      problem.ifPresent(text -> violations.add(origin + ", " + text));
      if (problem.isEmpty() && !StoreContent.of(store).equals(found)) {
        violations.add(origin + ": another content when it was opened again");
      }
    } catch (IOException | RuntimeException e) {
      violations.add(origin + ", after " + returned + " steps: " + e);
    }
  }
}
