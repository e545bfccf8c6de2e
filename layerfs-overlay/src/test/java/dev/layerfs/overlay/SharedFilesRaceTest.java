package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * CVE-2018-15664 and its kin: while every operation runs on what is in a directory, others exchange the directory, and a file
 * in it, for symbolic links to what they may not touch. Nothing outside changes, and nothing of it is read.
 */
@EnabledOnOs(OS.LINUX)
final class SharedFilesRaceTest {
  /** Exchanges take a few microseconds, so that each operation meets both states many times. */
  private static final int ROUNDS = Integer.getInteger("layerfs.race.rounds", 1_500);

  private static final String SECRET = "canary";
  private static final byte[] VALUE = {'x'};
  private static final Name ATTRIBUTE = Name.of("user.race");

  private Path root;
  private Path outside;
  private HostFiles files;
  private int met;

  @Test
  void row21And103NothingOutsideIsTouched(@TempDir Path temp) throws Exception {
    Tool.assume("id");
    Tool.assume("find");
    assumeTrue(Tool.run(List.of("id", "-u")).output().equals("0\n"), "needs root");
    root = Files.createDirectory(temp.toRealPath().resolve("root"));
    outside = Files.createDirectory(temp.toRealPath().resolve("outside"));
    Files.writeString(outside.resolve("file"), SECRET);
    Files.createDirectory(outside.resolve("empty"));
    Files.createDirectory(root.resolve("dir"));
    Files.writeString(root.resolve("dir/file"), "inside");
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createDirectory(root.resolve("top"));
    Files.writeString(root.resolve("top/a"), "inside");
    Files.createSymbolicLink(root.resolve("top/b"), outside.resolve("file"));
    String before = everything();
    files = new LinuxFilesFactory().openShared(root).orElseThrow();
    AtomicBoolean ended = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> one = threads.submit(() -> exchange(ended, "dir", "link"));
      Future<?> other = threads.submit(() -> exchange(ended, "top/a", "top/b"));
      try {
        for (int i = 0; i < ROUNDS; i++) {
          round(i);
        }
      } finally {
        ended.set(true);
        finish(one);
        finish(other);
        files.close();
      }
    }
    assertEquals(before, everything());
    assertTrue(met > 0, "no operation met an exchange");
  }

  private void exchange(AtomicBoolean ended, String one, String other) {
    try (HostFilesOfAttacker attacker = new HostFilesOfAttacker(root)) {
      while (!ended.get()) {
        attacker.exchange(one, other);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Exchanges names; it has its own descriptors, as another process has. */
  private record HostFilesOfAttacker(Path root, HostFiles files) implements AutoCloseable {
    HostFilesOfAttacker(Path root) throws PosixException {
      this(root, new LinuxFilesFactory().openShared(root).orElseThrow());
    }

    void exchange(String one, String other) throws PosixException {
      files.exchange(root.resolve(one), root.resolve(other));
    }

    @Override
    public void close() {
      files.close();
    }
  }

  private static void finish(Future<?> attacker) throws InterruptedException {
    try {
      attacker.get();
    } catch (ExecutionException e) {
      throw new AssertionError("the attack failed", e);
    }
  }

  /** What the owner of the machine would notice: all but access times. */
  private String everything() throws IOException {
    Tool.Result result = Tool.run(
        List.of("find", outside.toString(), "-printf", "%p %y %m %U:%G %n %s %T@ %C@ %l\\n"));
    return result.output() + Files.readString(outside.resolve("file"));
  }

  /** What is done with a place. */
  @FunctionalInterface
  private interface Use {
    void of(Path place) throws IOException;
  }

  private void round(int number) throws IOException {
    Path directory = files.resolve(root, Name.of("dir"));
    Path added = files.resolve(directory, Name.of("new-" + number));
    List<Use> uses = List.of(
        place -> files.setOwnerAndMode(place, 1, 2, 0600),
        place -> files.setTimes(place, new Timespec(1, 0), new Timespec(2, 0)),
        place -> files.setXattr(place, ATTRIBUTE, VALUE),
        place -> files.setXattr(place, ATTRIBUTE, null),
        place -> files.xattrs(place),
        this::readAndWrite,
        files::sync,
        this::copy);
    for (Use use : uses) {
      attempt(use, files.resolve(directory, Name.of("file")));
      attempt(use, files.resolve(files.resolve(root, Name.of("top")), Name.of("a")));
    }
    attempt(place -> files.create(place, FileType.REGULAR, 0644, 0, 0), added);
    attempt(place -> files.link(place, files.resolve(directory, Name.of("linked"))), added);
    attempt(files::delete, files.resolve(directory, Name.of("linked")));
    attempt(files::discard, added);
    attempt(place -> files.create(place, FileType.DIRECTORY, 0755, 0, 0), added);
    attempt(place -> files.symlink(place, VALUE), added);
    attempt(files::delete, added);
    attempt(files::list, directory);
    attempt(files::delete, files.resolve(directory, Name.of("empty")));
  }

  private void readAndWrite(Path place) throws IOException {
    try (FileChannel channel = files.open(place, true)) {
      ByteBuffer read = ByteBuffer.allocate(16);
      channel.read(read, 0);
      String text = new String(read.array(), StandardCharsets.UTF_8);
      assertTrue(!text.contains(SECRET), "the canary was read");
      channel.write(ByteBuffer.wrap("inside".getBytes(StandardCharsets.UTF_8)), 0);
    }
  }

  private void copy(Path place) throws IOException {
    Path copy = files.resolve(root, Name.of("copy"));
    files.discard(copy);
    files.create(copy, FileType.REGULAR, 0600, 0, 0);
    files.copyRange(copy, files.content(place), 0, SECRET.length());
    assertTrue(!Files.readString(root.resolve("copy")).contains(SECRET), "the canary was copied");
  }

  private void attempt(Use use, Path place) throws IOException {
    try {
      use.of(place);
    } catch (PosixException e) {
      switch (e.errno()) {
        case ELOOP, ENOTDIR, ENOENT, EEXIST, EISDIR, EINVAL, EPERM, ENOTEMPTY, ENOTSUP -> met++;
        default -> throw e;
      }
    }
  }
}
