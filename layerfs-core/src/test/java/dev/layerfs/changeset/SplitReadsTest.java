package dev.layerfs.changeset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.changeset.Archives.Change;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** However a stream splits what it gives, the changes are the same. */
final class SplitReadsTest {
  /** Gives at most as many bytes as asked for and as {@code run} says. */
  private static InputStream split(byte[] bytes, IntUnaryOperator run) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        return super.read(b, off, Math.min(len, run.applyAsInt(len)));
      }
    };
  }

  private static String view(InputStream tar) throws IOException {
    StringBuilder view = new StringBuilder();
    for (Change change : Archives.changes(tar, Limits.DEFAULT)) {
      ChangesetEntry e = change.entry();
      view.append(change)
          .append(' ')
          .append(e.index())
          .append(' ')
          .append(e.mode())
          .append(' ')
          .append(e.size())
          .append(' ')
          .append(Arrays.hashCode(change.content()))
          .append(' ')
          .append(e.xattrs().keySet())
          .append('\n');
    }
    return view.toString();
  }

  private static byte[] tarOfEverything() {
    StringBuilder map = new StringBuilder("300\n");
    for (int i = 0; i < 300; i++) {
      map.append(1000 + 2 * i).append("\n1\n");
    }
    byte[] body = Arrays.copyOf(
        map.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        (map.length() + 511) / 512 * 512 + 300);
    Arrays.fill(body, body.length - 300, body.length, (byte) 'x');
    return new TarBuilder()
        .directory("d")
        .file("d/f", new byte[1000])
        .gnuLong('L', "l".repeat(150))
        .file("x", "text")
        .add(TarEntryBuilder.file("s", body)
            .record("GNU.sparse.major", "1")
            .record("GNU.sparse.minor", "0")
            .record("GNU.sparse.realsize", "2000"))
        .add(TarEntryBuilder.file("a", new byte[3]).xattr("user.x", new byte[2000]))
        .whiteout("", "gone")
        .add(TarEntryBuilder.of('2', "short").link("t").headerSize(3))
        .file("big", new byte[300_000])
        .raw(new byte[1024])
        .raw(new byte[777])
        .build();
  }

  @Test
  void oneByteAtATime() throws IOException {
    byte[] tar = tarOfEverything();
    String whole = view(new ByteArrayInputStream(tar));
    assertEquals(8, whole.lines().count());
    assertEquals(whole, view(split(tar, len -> 1)));
    assertEquals(whole, view(split(tar, len -> 511)));
    assertEquals(whole, view(split(tar, len -> 513)));
  }

  @Test
  void atRandom() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    RandomTars tars = new RandomTars(seed);
    for (int i = 0; i < 50; i++) {
      byte[] tar = tars.next();
      String whole = view(new ByteArrayInputStream(tar));
      int most = List.of(2, 100, 1000, 100_000).get(i % 4);
      String splits = view(split(tar, len -> 1 + random.nextInt(most)));
      assertEquals(whole, splits, () -> "seed " + seed);
    }
  }
}
