package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Runs {@code driver.py}, which does to directories of the host what the JDK can't. */
final class Driver {
  private static final HexFormat HEX = HexFormat.of();
  private static final long NANOS = 1_000_000_000L;

  private final Path directory;
  private final MarkNamespace marks;
  private final Path program;

  /**
   * Installs the driver.
   *
   * @param directory where it is put, and its input and output
   * @param marks how it marks what it plants
   */
  Driver(Path directory, MarkNamespace marks) throws IOException {
    this.directory = directory;
    this.marks = marks;
    this.program = directory.resolve("driver.py");
    try (InputStream source = Driver.class.getResourceAsStream("driver.py")) {
      Files.write(program, Objects.requireNonNull(source, "driver.py").readAllBytes());
    }
  }

  /** Makes objects beneath a directory, in overlayfs's format. */
  void plant(Path root, List<Planted> objects) throws IOException {
    run("plant", root, objects.stream().map(this::line).collect(Collectors.joining()));
  }

  private String line(Planted object) {
    Metadata metadata = object.metadata();
    Map<String, String> xattrs = new TreeMap<>(object.xattrs());
    if (object.role() == Planted.Role.OPAQUE) {
      xattrs.put(marks.opaque(), "y");
    }
    return String.join(
            "\t",
            object.path(),
            object.type().name(),
            Integer.toOctalString(object.mode()),
            HEX.formatHex(Name.encode(object.content())),
            object.role().name(),
            Long.toString(metadata.uid()),
            Long.toString(metadata.gid()),
            Long.toString(object.mtime().seconds() * NANOS + object.mtime().nanos()),
            xattrs.entrySet().stream()
                .map(xattr -> xattr.getKey() + "=" + HEX.formatHex(Name.encode(xattr.getValue())))
                .collect(Collectors.joining(",")))
        + "\n";
  }

  /**
   * What was printed of a case.
   *
   * @param results the results of the system calls
   * @param tree the tree that was there after them
   */
  record Answer(List<String> results, Tree tree) {}

  /** Makes the system calls of a script that enters a case's directory, makes calls, asks for the tree, and so on. */
  List<Answer> run(Path root, String script) throws IOException {
    List<Answer> answers = new ArrayList<>();
    List<String> results = new ArrayList<>();
    SortedMap<String, TreeEntry> entries = new TreeMap<>();
    for (String line : (run("run", root, script) + "case\n").split("\n")) {
      String[] fields = line.split("\t", -1);
      switch (fields[0]) {
        case "result" -> results.add(fields[1]);
        case "entry" -> entries.put(fields[1], entry(fields));
        default -> {
          if (!entries.isEmpty()) {
            answers.add(new Answer(List.copyOf(results), new Tree(entries)));
          }
          results.clear();
          entries.clear();
        }
      }
    }
    return answers;
  }

  /** Reads what an upper holds of each case. */
  List<Tree> upper(Path upper, List<Case> cases) throws IOException {
    StringBuilder script = new StringBuilder();
    ScriptSyscalls fs = new ScriptSyscalls(script);
    for (Case one : cases) {
      fs.enter(one.directory());
      fs.tree();
    }
    return run(upper, script.toString()).stream()
        .map(answer -> answer.tree().map(marks::meant))
        .toList();
  }

  private static TreeEntry entry(String[] fields) {
    long mtime = Long.parseLong(fields[8]);
    SortedMap<String, String> xattrs = new TreeMap<>();
    if (!fields[9].isEmpty()) {
      for (String xattr : fields[9].split(",")) {
        String[] pair = xattr.split("=", -1);
        xattrs.put(pair[0], Name.decode(HEX.parseHex(pair[1])));
      }
    }
    return TreeEntry.of(
            FileType.valueOf(fields[2]),
            Integer.parseInt(fields[3], 8),
            Name.decode(HEX.parseHex(fields[4])),
            Integer.parseInt(fields[5]))
        .withOwnerAndTime(
            Long.parseLong(fields[6]), Long.parseLong(fields[7]), Math.floorDiv(mtime, NANOS), (int)
                Math.floorMod(mtime, NANOS))
        .withXattrs(xattrs);
  }

  private String run(String command, Path root, String input) throws IOException {
    Path in = directory.resolve("driver.in");
    Path out = directory.resolve("driver.out");
    Files.writeString(in, input);
    Process process = new ProcessBuilder("python3", program.toString(), command, root.toString())
        .redirectInput(in.toFile())
        .redirectOutput(out.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("driver.py " + command + " failed");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }
}
