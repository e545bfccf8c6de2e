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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that takes the steps of a {@link StoreHistory} is killed at a system call, or the call fails; {@code strace} sees to
 * that. Whoever opens the store next, and is not killed, finds every step before or after.
 *
 * <p>One random call of each kind at full {@link Scale}, and of some of the kinds in each build; so many of every kind as {@code
 * -Dlayerfs.kill} says, or all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
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

  /** No other call stops the process, which takes half the time; but then strace injects no signals. */
  private static final String ONLY_TRACED = "--seccomp-bpf";

  private static final int RECOVERY_CALLS = 30;
  private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\(.*");

  private final long seed = Long.getLong("layerfs.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<String> violations = new ArrayList<>();
  private ClassPath classes;
  private StoreSources sources;
  private StoreExpectation expected;
  private Map<String, Integer> calls = Map.of();
  private int runs;
  private int broken;

  @TempDir
  Path temporary;

  @BeforeAll
  void prepare(@TempDir Path directory) throws IOException {
    Tool.assume("strace");
    Path probe = directory.resolve("probe");
    assumeTrue(
        Tool.run(List.of("strace", "-f", "-o", probe.toString(), "true")).status() == 0,
        "strace may not trace here");
    classes = ClassPath.current();
    sources = StoreSources.make(directory.resolve("sources"));
    expected = StoreExpectation.learn(sources);
    calls = calls(directory);
  }

  @AfterAll
  void close() {
    if (sources != null) {
      sources.close();
    }
  }

  @Test
  void row95Killed() throws IOException {
    int tried = 0;
    for (Map.Entry<String, Integer> call : shuffledCalls()) {
      if (tried++ >= enough(6) && broken > runs / 4) {
        break;
      }
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
    for (Map.Entry<String, Integer> call : shuffledCalls().subList(0, enough(12))) {
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

  @BeforeEach
  void begin() {
    violations.clear();
    runs = 0;
    broken = 0;
  }

  private void report() {
    int made = calls.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "kill sweep: seed %d, %d runs, %d broken off, of %d calls%n", seed, runs, broken, made);
    assertEquals(List.of(), violations, "seed " + seed);
  }

  private List<Map.Entry<String, Integer>> shuffledCalls() {
    List<Map.Entry<String, Integer>> shuffled = new ArrayList<>(calls.entrySet());
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  /** How many kinds of calls are tried in a build, one in so many; all where that is asked for, and at full scale. */
  private int enough(int oneIn) {
    return ASKED.isEmpty()
        ? Scale.of((calls.size() + oneIn - 1) / oneIn, calls.size())
        : calls.size();
  }

  /** How often a thread of the process makes each call in its store, at most. */
  private Map<String, Integer> calls(Path directory) throws IOException {
    Path trace = directory.resolve("trace");
    Path store = directory.resolve("whole");
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", ONLY_TRACED));
    command.addAll(List.of("-o", trace.toString(), "-e", "trace=" + String.join(",", CALLS)));
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
    Map<String, Integer> most = new TreeMap<>();
    counts.forEach((call, threads) -> most.put(call, Collections.max(threads.values())));
    assertTrue(
        most.keySet().containsAll(List.of("fsync", "rename", "mkdir", "unlink")), most::toString);
    return most;
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
    if (!injection.contains(":signal=")) {
      command.add(ONLY_TRACED);
    }
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
