package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Data and holes, as lseek(2) tells them apart. */
final class HolesTest {
  private static final int BLOCK = Holes.BLOCK;

  private static Holes holes(byte[] content) {
    return new Holes(
        (target, position) -> {
          int n = (int) Math.min(target.remaining(), content.length - position);
          target.put(content, (int) position, n);
          return n == 0 ? -1 : n;
        },
        content.length);
  }

  private static Errno failure(byte[] content, long position, boolean data) {
    return assertThrows(PosixException.class, () -> holes(content).seek(position, data))
        .errno();
  }

  @Test
  void blocksOfZerosAreHoles() throws PosixException {
    byte[] content = new byte[5 * BLOCK + 10];
    content[BLOCK + 7] = 1;
    content[4 * BLOCK] = 1;
    Holes holes = holes(content);
    assertEquals(BLOCK, holes.seek(0, true));
    assertEquals(0, holes.seek(0, false));
    assertEquals(5, holes.seek(5, false));
    assertEquals(BLOCK + 100, holes.seek(BLOCK + 100, true), "data goes by blocks");
    assertEquals(2 * BLOCK, holes.seek(BLOCK, false));
    assertEquals(4 * BLOCK, holes.seek(2 * BLOCK, true));
    assertEquals(5 * BLOCK, holes.seek(4 * BLOCK, false));
    assertEquals(Errno.ENXIO, failure(content, 5 * BLOCK, true), "no more data");
    assertEquals(Errno.ENXIO, failure(content, content.length, false));
    assertEquals(Errno.ENXIO, failure(content, -1, true));
  }

  @Test
  void theEndIsAHole() throws PosixException {
    byte[] content = {1, 2, 3};
    assertEquals(3, holes(content).seek(0, false));
    assertEquals(2, holes(content).seek(2, true));
    assertEquals(Errno.ENXIO, failure(new byte[0], 0, true));
  }

  /** Whatever is in a file, going from data to hole to data visits every byte that is not zero. */
  @Test
  void nothingIsLostBetweenHoles() throws PosixException {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] content = new byte[random.nextInt(200 * BLOCK)];
      for (int i = random.nextInt(12); i > 0 && content.length > 0; i--) {
        content[random.nextInt(content.length)] = 1;
      }
      byte[] copy = new byte[content.length];
      long position = 0;
      while (position < content.length) {
        long data;
        try {
          data = holes(content).seek(position, true);
        } catch (PosixException e) {
          break;
        }
        long hole = holes(content).seek(data, false);
        System.arraycopy(content, (int) data, copy, (int) data, (int) (hole - data));
        position = hole;
      }
      assertEquals(ByteBuffer.wrap(content), ByteBuffer.wrap(copy), "seed " + seed);
    }
  }
}
