package dev.layerfs.changeset;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.layerfs.oci.Limits;
import java.io.IOException;
import java.io.InputStream;
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
  public static final int MAGIC_LENGTH = 10;

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
    if (begins(head, length, 0, 0x1F, 0x8B)) {
      return GZIP;
    }
    if (begins(head, length, 0, 0x28, 0xB5, 0x2F, 0xFD) || isSkippableFrame(head, length)) {
      return ZSTD;
    }
    if (begins(head, length, 0, 0xFD, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    return isBzip2(head, length) ? BZIP2 : NONE;
  }

  /** RFC 8878, section 3.1.2: the magic number's lowest four bits are free. */
  private static boolean isSkippableFrame(byte[] head, int length) {
    return length > 0 && (head[0] & 0xF0) == 0x50 && begins(head, length, 1, 0x2A, 0x4D, 0x18);
  }

  /** A tar may begin with a file called {@code BZh9}, so the first block's, or the end's, magic number counts too. */
  private static boolean isBzip2(byte[] head, int length) {
    return begins(head, length, 0, 'B', 'Z', 'h')
        && (begins(head, length, 4, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59)
            || begins(head, length, 4, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90));
  }

  private static boolean begins(byte[] head, int length, int from, int... magic) {
    if (length < from + magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[from + i] & 0xFF) != magic[i]) {
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
  public LayerStream decompress(InputStream raw, String subject, Limits limits) throws IOException {
    return new LayerStream(this, raw, subject, limits);
  }

  /** Makes the decoder; what it throws is sorted out by {@link LayerStream}. */
  InputStream decoder(InputStream raw, Limits limits) throws IOException {
    return switch (this) {
      case NONE -> raw;
      case GZIP -> new GzipDecoder(raw);
      case ZSTD -> new ZstdInputStreamNoFinalizer(raw).setLongMax(limits.maxZstdWindowLog());
      case BZIP2 -> new BZip2CompressorInputStream(raw, true);
      case XZ ->
        XZCompressorInputStream.builder()
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
