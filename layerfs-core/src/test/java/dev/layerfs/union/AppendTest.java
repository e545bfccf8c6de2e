package dev.layerfs.union;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.nio.LayerFileSystem;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.TarBuilder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** Appending, to a file that was copied up: at the end, wherever others have put that. */
final class AppendTest {
  private static final Set<OpenFlag> APPEND =
      Set.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.APPEND);
  private static final String BEFORE = "of the image";

  private interface Body {
    void run(UnionView view) throws Exception;
  }

  private static void with(TestHost host, Body body) throws Exception {
    Path directory = host.directory();
    TarBuilder tar = new TarBuilder().directory("./").file("log", BEFORE);
    try (TestImage image = TestImage.of(directory, tar)) {
      Path container = directory.resolve("container");
      host.create(container, image.tree());
      try (UnionView view = UnionView.open(image.tree(), Upper.open(container, host.format()))) {
        body.run(view);
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  private static FileHandle open(UnionView view) throws PosixException {
    return view.open(Paths.node(view, "log"), APPEND);
  }

  private static String content(FileHandle file) throws PosixException {
    ByteBuffer content = ByteBuffer.allocate((int) file.size());
    file.read(content, 0);
    return new String(content.array(), US_ASCII);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  @ParameterizedTest
  @OnHosts
  void theEndIsWhereOthersHavePutIt(TestHost host) throws Exception {
    with(host, view -> {
      try (FileHandle log = open(view);
          FileHandle other = view.open(log.node(), Set.of(OpenFlag.WRITE))) {
        log.write(bytes("+a"), -1);
        assertEquals(BEFORE + "+a", content(log));
        other.write(bytes("xyz"), BEFORE.length() + 2);
        log.write(bytes("+b"), 0);
        assertEquals(BEFORE + "+axyz+b", content(log));
        other.truncate(2);
        log.write(bytes("+c"), 100);
        assertEquals("of+c", content(log));
        other.truncate(6);
        log.write(bytes("+d"), 0);
        log.write(bytes(""), 0);
        assertEquals("of+c\0\0+d", content(log));
        Paths.unlink(view, "log");
        log.write(bytes("+e"), 0);
        assertEquals("of+c\0\0+d+e", content(log));
      }
    });
  }

  /** A length, who has appended it, and as many bytes that say so too; some are longer than hosts take at once. */
  private static ByteBuffer appended(int worker, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) ('a' + worker));
    return ByteBuffer.wrap(bytes).putInt(0, length);
  }

  @ParameterizedTest
  @OnHosts
  void whatSeveralAppendAtOnceIsInOnePieceEach(TestHost host) throws Exception {
    int[] lengths = new int[60];
    Arrays.setAll(lengths, i -> i % 20 == 7 ? (1 << 20) + 5 + i : 5 + 37 * i);
    int workers = 3;
    with(host, view -> {
      Crew.work(workers, (worker, crew) -> {
        try (FileHandle log = open(view)) {
          for (int length : lengths) {
            log.write(appended(worker, length), 0);
          }
        }
      });
      try (FileHandle log = open(view)) {
        ByteBuffer all = ByteBuffer.allocate((int) log.size());
        log.read(all, 0);
        all.flip();
        byte[] first = new byte[BEFORE.length()];
        all.get(first);
        assertEquals(BEFORE, new String(first, US_ASCII));
        int[] next = new int[workers];
        while (all.hasRemaining()) {
          int length = all.getInt(all.position());
          int worker = all.get(all.position() + Integer.BYTES) - 'a';
          assertEquals(lengths[next[worker]++], length, "one after the other");
          assertEquals(appended(worker, length), all.slice(all.position(), length));
          all.position(all.position() + length);
        }
        for (int count : next) {
          assertEquals(lengths.length, count);
        }
      }
    });
  }

  @ParameterizedTest
  @OnHosts
  void aChannelsPositionIsTheEnd(TestHost host) throws Exception {
    with(host, view -> {
      Path log = LayerFileSystem.of(view, "id").getPath("/log");
      try (FileChannel one = FileChannel.open(log, StandardOpenOption.APPEND);
          FileChannel other = FileChannel.open(log, StandardOpenOption.APPEND)) {
        int end = BEFORE.length();
        assertEquals(end, one.position());
        assertEquals(2, one.write(bytes("+a")));
        assertEquals(end + 2, one.position());
        assertEquals(end + 2, other.position());
        assertEquals(2, other.position(0).write(bytes("+b"), 1));
        assertEquals(
            4, one.write(new ByteBuffer[] {bytes("+c"), bytes(""), bytes("+d")}), "gathered");
        assertEquals(end + 8, other.size());
        try (FileLock lock = one.lock()) {
          assertEquals(2, other.write(bytes("+e"))); // locks are for those who ask
          assertTrue(lock.isValid());
        }
        assertEquals(end + 10, one.truncate(end + 100).position());
        assertEquals(end + 1, other.truncate(end + 1).position());
        one.write(bytes("!"));
      }
      try (FileHandle file = open(view)) {
        assertEquals(BEFORE + "+!", content(file));
      }
    });
  }
}
