package dev.layerfs.changeset;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Limits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import org.apache.commons.compress.MemoryLimitException;
import org.jspecify.annotations.Nullable;

/**
 * A layer as it is being decompressed: counts both sides and holds them against the limits. Exceptions of the compressed
 * stream pass through; those of a decoder become {@link MalformedImageException}. Not safe for use by several threads.
 */
public final class LayerStream extends InputStream {
  /** Small layers may be as compressible as they like. */
  private static final long BYTES_BEFORE_RATIO = 64L << 20;

  private final Raw raw;
  private final Compression compression;
  private final String subject;
  private final Limits limits;
  private @Nullable InputStream decoder;
  private long bytes;

  LayerStream(Compression compression, InputStream raw, String subject, Limits limits) {
    this.raw = new Raw(raw);
    this.compression = compression;
    this.subject = subject;
    this.limits = limits;
  }

  /**
   * Returns how the stream is compressed.
   *
   * @return the compression
   */
  public Compression compression() {
    return compression;
  }

  /**
   * Returns how much of the compressed stream was read so far.
   *
   * @return the number of bytes
   */
  public long compressedBytes() {
    return raw.bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /**
   * {@inheritDoc}
   *
   * @throws MalformedImageException if the compressed data is damaged, cut short or followed by other data
   * @throws LimitExceededException if the data exceeds {@code maxLayerBytes}, {@code maxRatio} or {@code maxZstdWindowLog}
   */
  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    Objects.checkFromIndexSize(off, len, b.length);
    if (len == 0) {
      return 0;
    }
    int n = decode(b, off, len);
    if (n > 0) {
      bytes += n;
      checkSize();
    }
    return n;
  }

  private int decode(byte[] b, int off, int len) throws IOException {
    try {
      InputStream in = decoder;
      if (in == null) {
        in = compression.decoder(raw, limits);
        decoder = in;
      }
      return in.read(b, off, len);
    } catch (ZstdIOException e) {
      throw e.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()
          ? windowTooLarge()
          : damaged(e);
    } catch (MemoryLimitException e) {
      throw windowTooLarge();
    } catch (IOException e) {
      if (raw.failed || compression == Compression.NONE) {
        throw e;
      }
      throw damaged(e);
    } catch (RuntimeException e) {
      // The decoders of commons-compress answer some damaged streams so.
      if (raw.failed || compression != Compression.BZIP2 && compression != Compression.XZ) {
        throw e;
      }
      throw damaged(e);
    }
  }

  private IOException damaged(Exception cause) {
    IOException damaged = new MalformedImageException(
        subject, "damaged or truncated " + compression.name().toLowerCase(Locale.ROOT) + " data");
    damaged.initCause(cause);
    return damaged;
  }

  private IOException windowTooLarge() {
    return new LimitExceededException(subject, "maxZstdWindowLog", limits.maxZstdWindowLog());
  }

  private void checkSize() throws IOException {
    if (bytes > limits.maxLayerBytes()) {
      throw new LimitExceededException(subject, "maxLayerBytes", limits.maxLayerBytes());
    }
    if (bytes > BYTES_BEFORE_RATIO && bytes / limits.maxRatio() > raw.bytes) {
      throw new LimitExceededException(subject, "maxRatio", limits.maxRatio());
    }
  }

  /** Closes the compressed stream. */
  @Override
  public void close() throws IOException {
    InputStream in = decoder;
    if (in == null) {
      raw.close();
    } else {
      in.close();
    }
  }

  /** The compressed stream, counted. */
  private static final class Raw extends FilterInputStream {
    private long bytes;
    private boolean failed;

    Raw(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      failed = true;
      int n = in.read(b, off, len);
      failed = false;
      if (n > 0) {
        bytes += n;
      }
      return n;
    }
  }
}
