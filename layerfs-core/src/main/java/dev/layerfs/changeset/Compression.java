package dev.layerfs.changeset;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.layerfs.oci.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** How a layer's tar is compressed: the OCI image spec's two ways, and what old Docker archives have beside them. */
public enum Compression {
  /** Not at all. */
  NONE,
  /** RFC 1952; all members of the stream are read. */
  GZIP,
  /** RFC 8878; all frames are read, skippable ones passed over. */
  ZSTD,
  /** bzip2; all streams are read. */
  BZIP2,
  /** xz; all streams are read. */
  XZ;

  /** The number of bytes that {@link #detect} wants to see. */
  public static final int MAGIC_LENGTH = 6;

  /** What an xz decoder needs beside its dictionary, generously. */
  private static final int XZ_OVERHEAD_KIB = 1024;

  /**
   * Tells the compression by the first bytes of the data.
   *
   * @param head the first bytes
   * @param length how many there are; fewer than {@link #MAGIC_LENGTH} only if the data is shorter
   * @return the compression; {@link #NONE} if the bytes are of none that is known
   */
  public static Compression detect(byte[] head, int length) {
    if (begins(head, length, "\u001f\u008b")) {
      return GZIP;
    }
    boolean skippable = length >= 4 && (head[0] & 0xF0) == 0x50 && begins(head, length, 1, "\u002a\u004d\u0018");
    if (begins(head, length, "\u0028\u00b5\u002f\u00fd") || skippable) {
      return ZSTD;
    }
    if (begins(head, length, "\u00fd7zXZ\0")) {
      return XZ;
    }
    boolean level = length > 3 && head[3] >= '1' && head[3] <= '9';
    return level && begins(head, length, "BZh") ? BZIP2 : NONE;
  }

  private static boolean begins(byte[] head, int length, String magic) {
    return begins(head, length, 0, magic);
  }

  private static boolean begins(byte[] head, int length, int from, String magic) {
    byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < wanted.length; i++) {
      if (from + i >= length || head[from + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Decompresses a whole stream, strictly: data that is cut short, damaged or followed by other data is refused, also where
   * the usual decoders would take it (a stream of zero bytes after the last gzip member included). Memory is bounded by
   * {@link Limits#maxZstdWindowLog}, output by {@link Limits#maxLayerBytes} and {@link Limits#maxRatio}.
   *
   * @param raw the compressed stream; read in big runs, so it needs no buffering
   * @param subject what is read, for messages, for example {@code "layer sha256:…"}; escaped there
   * @param limits the bounds
   * @return the uncompressed stream, which closes {@code raw}; its methods throw
   *     {@link dev.layerfs.error.MalformedImageException} and {@link dev.layerfs.error.LimitExceededException}
   * @throws IOException as the stream's methods do, if a decoder reads ahead here
   */
  public LayerStream decompress(InputStream raw, String subject, Limits limits)
      throws IOException {
    return new LayerStream(this, raw, subject, limits);
  }

  /** Makes the decoder; what it throws is sorted out by {@link LayerStream}. */
  InputStream decoder(InputStream raw, Limits limits) throws IOException {
    return switch (this) {
      case NONE -> raw;
      case GZIP -> new GzipDecoder(raw);
      case ZSTD -> new ZstdInputStreamNoFinalizer(raw).setLongMax(limits.maxZstdWindowLog());
      case BZIP2 -> new BZip2CompressorInputStream(raw, true);
      case XZ -> XZCompressorInputStream.builder()
          .setInputStream(raw)
          .setDecompressConcatenated(true)
          .setMemoryLimitKiB(xzMemoryKib(limits))
          .get();
    };
  }

  private static int xzMemoryKib(Limits limits) {
    return (1 << Math.max(0, Math.min(limits.maxZstdWindowLog(), 30) - 10)) + XZ_OVERHEAD_KIB;
  }
}
