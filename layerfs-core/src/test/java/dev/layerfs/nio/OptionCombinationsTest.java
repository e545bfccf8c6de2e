package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every combination of the options of opening, copying and moving, on every kind of file: through the door and through the
 * JDK's own provider, with the same results, exceptions and trees. Some of them in each build, all at full {@link Scale}.
 */
@EnabledOnOs(OS.LINUX)
final class OptionCombinationsTest {
  private static final int MAX_REPORTED = 20;
  private static final int ONE_IN = 5;

  /** SPARSE, SYNC and DSYNC change nothing that can be seen. */
  private static final List<OpenOption> OPEN = List.of(
      StandardOpenOption.READ,
      StandardOpenOption.WRITE,
      StandardOpenOption.APPEND,
      StandardOpenOption.TRUNCATE_EXISTING,
      StandardOpenOption.CREATE,
      StandardOpenOption.CREATE_NEW,
      StandardOpenOption.DELETE_ON_CLOSE,
      LinkOption.NOFOLLOW_LINKS);

  private static final List<CopyOption> COPY = List.of(
      StandardCopyOption.REPLACE_EXISTING,
      StandardCopyOption.COPY_ATTRIBUTES,
      StandardCopyOption.ATOMIC_MOVE,
      LinkOption.NOFOLLOW_LINKS);

  private static final List<String> SOURCES = List.of("file", "link", "empty", "full", "none");
  private static final List<String> TARGETS = List.of("new", "file", "link", "empty", "full");

  @TempDir
  Path temp;

  private final Random random = Seed.random(OptionCombinationsTest.class);
  private final List<String> differences = new ArrayList<>();
  private int cases;

  @FunctionalInterface
  private interface Operation {
    Object on(Path base) throws Exception;
  }

  private void compare(String name, Operation operation) throws IOException {
    try (FileSystem door = LayerFileSystem.of(new ModelView(), "combinations")) {
      Path expected = Files.createDirectory(temp.resolve("case" + cases++));
      Path actual = Files.createDirectory(door.getPath("/case"));
      String wanted = outcome(expected, operation);
      String got = outcome(actual, operation);
      if (!wanted.equals(got) && differences.size() < MAX_REPORTED) {
        differences.add(name + "\n  the JDK's: " + wanted + "\n  the door's: " + got);
      }
    }
  }

  private static String outcome(Path base, Operation operation) throws IOException {
    Files.writeString(base.resolve("file"), "content");
    Files.createDirectory(base.resolve("empty"));
    Files.createDirectories(base.resolve("full/entry"));
    Files.createSymbolicLink(base.resolve("link"), base.getFileSystem().getPath("file"));
    return Outcome.of(base, () -> operation.on(base)) + " " + Trees.describe(base);
  }

  private <T> List<Set<T>> some(List<Set<T>> subsets) {
    return Scale.some(subsets, ONE_IN, random);
  }

  private static <T> List<Set<T>> subsets(List<T> all) {
    List<Set<T>> subsets = new ArrayList<>();
    for (int bits = 0; bits < 1 << all.size(); bits++) {
      Set<T> subset = new HashSet<>();
      for (int i = 0; i < all.size(); i++) {
        if ((bits >> i & 1) != 0) {
          subset.add(all.get(i));
        }
      }
      subsets.add(subset);
    }
    return subsets;
  }

  private void assertNoDifferences() {
    assertEquals("", String.join("\n", differences));
  }

  @Test
  void opening() throws IOException {
    for (String name : List.of("file", "link", "empty", "none")) {
      for (Set<OpenOption> options : some(subsets(OPEN))) {
        if (forgetsNoFollow(options)) {
          continue;
        }
        compare("open " + name + " " + options, base -> use(base.resolve(name), options));
      }
    }
    assertNoDifferences();
  }

  /** Where CREATE_NEW means nothing, because nothing is written, the JDK opens links all the same. */
  private static boolean forgetsNoFollow(Set<OpenOption> options) {
    return options.contains(StandardOpenOption.CREATE_NEW)
        && !options.contains(StandardOpenOption.WRITE)
        && !options.contains(StandardOpenOption.APPEND);
  }

  private static String use(Path file, Set<OpenOption> options) throws IOException {
    try (FileChannel channel = FileChannel.open(file, options)) {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
          + Outcome.of(file, () -> channel.write(ByteBuffer.wrap(new byte[] {'w'})))
          + Outcome.of(file, () -> channel.read(ByteBuffer.allocate(3)))
          + channel.position();
    }
  }

  @Test
  void streams() throws IOException {
    for (Set<OpenOption> options : some(subsets(OPEN.subList(0, 6)))) {
      OpenOption[] array = options.toArray(new OpenOption[0]);
      for (String name : List.of("file", "none")) {
        compare("read " + name + " " + options, base -> {
          try (var in = Files.newInputStream(base.resolve(name), array)) {
            return in.read();
          }
        });
        compare("write " + name + " " + options, base -> {
          try (var out = Files.newOutputStream(base.resolve(name), array)) {
            out.write('w');
            return Files.exists(base.resolve(name));
          }
        });
      }
    }
    assertNoDifferences();
  }

  @Test
  void copying() throws IOException {
    transfer("copy", Files::copy);
  }

  @Test
  void moving() throws IOException {
    transfer("move", Files::move);
  }

  @FunctionalInterface
  private interface Transfer {
    Path apply(Path from, Path to, CopyOption... options) throws IOException;
  }

  private void transfer(String name, Transfer transfer) throws IOException {
    for (String from : SOURCES) {
      for (Set<CopyOption> options : some(subsets(COPY))) {
        CopyOption[] array = options.toArray(new CopyOption[0]);
        for (String to : TARGETS) {
          if (from.equals("link") && to.equals("link")) {
            continue; // the JDK deletes the link, then looks for what it led to
          }
          compare(
              name + " " + from + " to " + to + " " + options,
              base ->
                  transfer.apply(base.resolve(from), base.resolve(to), array).getFileName());
        }
      }
    }
    assertNoDifferences();
  }
}
