package dev.layerfs.recipe;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.layerfs.error.StoreCorruptException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What the tar of a layer is put together of: parts of the layer file, and whatever that does not have, which is headers and
 * padding, and content that a later member has replaced. Nothing of the tar is interpreted, so there is one for every tar.
 *
 * <p>Compressed with zstd it is a sequence of steps: a number of bytes (4 bytes, big-endian, at most 64 KiB), those bytes, then a
 * length and an offset (8 bytes each) of what follows them in the layer file. The offset counts from the first block boundary
 * after the end of the step before.
 */
public final class TarRecipe {
  private static final int LEVEL = 3;
  private static final int MAX_BYTES = 64 << 10;
  private static final int BLOCK = 4096;
  private static final int BUFFER = 128 << 10;

  private TarRecipe() {}

  /** What takes the steps. */
  @FunctionalInterface
  interface Steps {
    /** Takes bytes, and what of the layer file follows them; the array is the caller's again afterwards. */
    void add(byte[] bytes, int length, long copyOffset, long copyLength) throws IOException;
  }

  /**
   * Finds out what a tar is put together of.
   *
   * @param tar the tar, read to its end; not closed
   * @param layerFile the layer file that was made of it
   * @param out takes the recipe; not closed
   * @throws StoreCorruptException if the layer file is damaged
   * @throws IOException if reading or writing fails
   */
  public static void write(InputStream tar, Path layerFile, OutputStream out) throws IOException {
    ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, LEVEL);
    try (Closeable end = zstd::closeWithoutClosingParentStream;
        LayerBytes layer = LayerBytes.open(layerFile, BUFFER)) {
      DataOutputStream data = new DataOutputStream(zstd);
      Place place = new Place();
      new TarMatch(layer, FileHeads.read(layerFile), MAX_BYTES, (bytes, length, offset, copied) -> {
            data.writeInt(length);
            data.write(bytes, 0, length);
            data.writeLong(copied);
            data.writeLong(copied == 0 ? 0 : place.step(offset, copied));
          })
          .read(tar);
    }
  }

  /**
   * Puts the tar together, as it is read.
   *
   * @param recipe the recipe; closed with what is returned
   * @param layerFile the layer file
   * @return the tar, to be read in big runs; its methods throw {@link StoreCorruptException} if the recipe or the layer file is damaged, as far as that can
   *     be seen
   * @throws IOException if the layer file can't be opened
   */
  public static InputStream open(InputStream recipe, Path layerFile) throws IOException {
    return new Replay(recipe, LayerBytes.open(layerFile, BUFFER));
  }

  /** Returns the number of bytes of the next step, -1 at the end. */
  private static int length(DataInputStream steps) throws IOException {
    int first = steps.read();
    if (first < 0) {
      return -1;
    }
    int length = first << 24 | steps.readUnsignedByte() << 16 | steps.readUnsignedShort();
    if (length < 0 || length > MAX_BYTES) {
      throw damaged();
    }
    return length;
  }

  private static IOException damaged() {
    return new StoreCorruptException("recipe", "a step of impossible size");
  }

  /** The tar: of each step first its bytes, then the part of the layer file. */
  private static final class Replay extends InputStream {
    private final DataInputStream steps;
    private final LayerBytes layer;
    private final Place place = new Place();
    private boolean isWithinStep;
    private int own;
    private long copied;
    private long offset;

    Replay(InputStream recipe, LayerBytes layer) throws IOException {
      this.layer = layer;
      this.steps = new DataInputStream(
          new BufferedInputStream(new ZstdInputStreamNoFinalizer(recipe), BUFFER));
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      Objects.checkFromIndexSize(from, length, bytes.length);
      try {
        boolean isMore = true;
        while (own == 0 && copied == 0 && isMore) {
          isMore = advance();
        }
        return isMore ? take(bytes, from, length) : -1;
      } catch (ZstdIOException | EOFException e) {
        StoreCorruptException damaged = new StoreCorruptException("recipe", "it is damaged");
        damaged.initCause(e);
        throw damaged;
      }
    }

    /** Goes on to the bytes of a step, or to its part of the layer file; false at the end. */
    private boolean advance() throws IOException {
      if (isWithinStep) {
        isWithinStep = false;
        copied = steps.readLong();
        offset = place.resolve(steps.readLong());
        if (copied < 0 || offset < 0) {
          throw damaged();
        }
        place.step(offset, copied);
        return true;
      }
      int length = length(steps);
      isWithinStep = length >= 0;
      own = Math.max(0, length);
      return isWithinStep;
    }

    private int take(byte[] bytes, int from, int length) throws IOException {
      if (own > 0) {
        int count = Math.min(length, own);
        steps.readFully(bytes, from, count);
        own -= count;
        return count;
      }
      int count = layer.copy(offset, bytes, from, (int) Math.min(length, copied));
      offset += count;
      copied -= count;
      return count;
    }

    @Override
    public void close() throws IOException {
      try (layer) {
        steps.close();
      }
    }
  }

  /** Where the next file is expected. Offsets relative to that are small numbers, mostly 0. */
  private static final class Place {
    private long next = BLOCK;

    /** Goes past a part of the layer file; returns how far from the expected place it begins. */
    long step(long offset, long length) {
      long distance = offset - next;
      next = (offset + length + BLOCK - 1) / BLOCK * BLOCK;
      return distance;
    }

    long resolve(long distance) {
      return next + distance;
    }
  }
}
