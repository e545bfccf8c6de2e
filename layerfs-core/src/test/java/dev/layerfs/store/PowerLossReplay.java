package dev.layerfs.store;

import dev.layerfs.testing.Garbage;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The program of {@code layerfs-bench/power-loss.sh}: a {@link DiskHistory} on a real file system whose disk is recorded, and
 * then every state that power loss could leave of that disk. Its arguments are the type of the file system, a directory with
 * the compiled recorder, the number of random subsets for each state, a seed, and {@code store} or {@code sparse}.
 */
final class PowerLossReplay {
  private static final Map<String, Long> SIZES =
      Map.of("ext4", 64L << 20, "xfs", 320L << 20, "btrfs", 128L << 20);
  private static final Map<String, List<String>> OPTIONS = Map.of(
      "ext4", List.of("-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", "-J", "size=4"),
      "xfs", List.of("-q", "-f"),
      "btrfs", List.of("-q", "-f", "--mixed"));
  private static final int SHOWN = 20;

  private final String type;
  private final Path work;
  private final Path mounted;
  private final List<String> violations = new ArrayList<>();
  private final DiskHistory history;
  private int states;

  private PowerLossReplay(String type, Path work, DiskHistory history) throws IOException {
    this.type = type;
    this.work = work;
    this.history = history;
    this.mounted = Files.createDirectory(work.resolve("mounted"));
  }

  /** Runs it; exits with 1 if it finds a violation. */
  public static void main(String[] arguments) throws IOException {
    long start = System.nanoTime();
    Path work = Path.of(arguments[1]);
    long seed = Long.parseLong(arguments[3]);
    PowerLossReplay replay;
    try (DiskHistory history = arguments[4].equals("sparse")
        ? new SparseHistory(work.resolve("layout"))
        : new StoreDiskHistory(work.resolve("sources"))) {
      replay = new PowerLossReplay(arguments[0], work, history);
      replay.replay(replay.record(), Integer.parseInt(arguments[2]), new Random(seed));
    }
    System.out.printf(
        "%s: seed %d, %d states, %d violations, %d s%n",
        replay.type,
        seed,
        replay.states,
        replay.violations.size(),
        (System.nanoTime() - start) / 1_000_000_000);
    replay.violations.stream().limit(SHOWN).forEach(System.out::println);
    System.exit(replay.violations.isEmpty() ? 0 : 1);
  }

  private static String run(String... command) throws IOException {
    Tool.Result result = Tool.run(List.of(command));
    if (result.status() != 0) {
      throw new IOException(String.join(" ", command) + ": " + result.output());
    }
    return result.output().strip();
  }

  private DiskRecording record() throws IOException {
    Path disk = work.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(SIZES.get(type));
    }
    List<String> make = new ArrayList<>(List.of("mkfs." + type));
    make.addAll(OPTIONS.get(type));
    make.add(disk.toString());
    run(make.toArray(String[]::new));
    Path before = work.resolve("before.img");
    run("cp", "--sparse=always", disk.toString(), before.toString());
    Path log = work.resolve("log");
    Path fuse = Files.createDirectory(work.resolve("fuse"));
    run(
        work.resolve("recorder").toString(),
        disk.toString(),
        log.toString(),
        fuse.toString(),
        "-s");
    try {
      String loop = run("losetup", "--find", "--show", fuse.resolve("disk").toString());
      try {
        recordHistory(loop, fuse.resolve("mark"));
      } finally {
        run("losetup", "--detach", loop);
      }
    } finally {
      run("fusermount3", "-u", fuse.toString());
    }
    return new DiskRecording(before, log);
  }

  private void recordHistory(String device, Path mark) throws IOException {
    run("mount", device, mounted.toString());
    try {
      history.run(mounted, step -> mark(mark, step));
    } finally {
      unmount();
    }
  }

  private static void mark(Path mark, String step) {
    try {
      Files.write(mark, step.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Mappings keep it busy until they are collected. */
  private void unmount() throws IOException {
    if (!Garbage.collectUntil(
        () -> Tool.run(List.of("umount", mounted.toString())).status() == 0)) {
      throw new IOException(run("umount", mounted.toString()));
    }
  }

  private void replay(DiskRecording recording, int subsets, Random random) throws IOException {
    Map<Long, byte[]> flushed = recording.before();
    List<DiskRecording.Event> since = new ArrayList<>();
    int returned = 0;
    for (int i = 0; i < recording.events().size(); i++) {
      DiskRecording.Event event = recording.events().get(i);
      if (event.type() == 'M') {
        returned++;
        continue;
      }
      if (event.type() == 'F') {
        since.forEach(write -> DiskRecording.apply(write, flushed));
        since.clear();
      } else {
        since.add(event);
      }
      check(recording, blocks(flushed, since), "event " + i, returned);
      for (int n = 0; n < subsets && since.size() > 1; n++) {
        List<DiskRecording.Event> some =
            since.stream().filter(write -> random.nextBoolean()).toList();
        String origin = "event " + i + ", " + some.size() + " of " + since.size() + " writes";
        check(recording, blocks(flushed, some), origin, returned);
      }
    }
  }

  private static Map<Long, byte[]> blocks(
      Map<Long, byte[]> flushed, List<DiskRecording.Event> writes) {
    Map<Long, byte[]> blocks = new HashMap<>(flushed);
    writes.forEach(write -> DiskRecording.apply(write, blocks));
    return blocks;
  }

  private void check(DiskRecording recording, Map<Long, byte[]> blocks, String origin, int returned)
      throws IOException {
    if (returned < history.first()) {
      return;
    }
    states++;
    Path image =
        work.resolve("state-" + states + ".img"); // the kernel lets go of the last one late
    recording.write(blocks, image);
    String options =
        type.equals("xfs") ? "loop,nouuid" : "loop"; // the last one may not be gone yet
    run("mount", "-o", options, image.toString(), mounted.toString());
    try {
      history.problem(returned, mounted).ifPresent(text -> violations.add(origin + ", " + text));
    } catch (IOException | RuntimeException e) {
      violations.add(origin + ", after " + returned + " steps: " + e);
    } finally {
      unmount();
      Files.delete(image);
    }
  }
}
