package dev.layerfs.store;

import dev.layerfs.changeset.ChangesetReader;
import dev.layerfs.changeset.Compression;
import dev.layerfs.changeset.LayerStream;
import dev.layerfs.erofs.LayerFile;
import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a layer once, and makes of it all that the store keeps: the blob as it comes, and the layer file of what it
 * decompresses to. Both digests are computed on the way; nothing is kept if one is wrong.
 *
 * <pre>
 *  raw bytes ──┬─> decompress ──┬─> changeset reader ──> layer file      this thread
 *              │                └─> digest: diff id                      another
 *              └─> blob file, digest                                     another
 * </pre>
 */
final class LayerImport {
  /** Below this many bytes other threads cost more than they bring. */
  private static final long SMALL = 1 << 20;

  private final StoreIo io;
  private final Descriptor blob;
  private final DiffId diffId;
  private final Limits limits;
  private final Executor threads;

  /**
   * Prepares.
   *
   * @param io writes
   * @param blob the layer's blob as its manifest promises it
   * @param diffId what its config promises
   * @param limits bounds on the content
   * @param threads where digests are computed
   */
  LayerImport(StoreIo io, Descriptor blob, DiffId diffId, Limits limits, Executor threads) {
    this.io = io;
    this.blob = blob;
    this.diffId = diffId;
    this.limits = limits;
    this.threads = threads;
  }

  /**
   * Reads the layer.
   *
   * @param raw the blob's bytes
   * @param blobFile where they go; null if the store has them
   * @param layerFile where the layer file goes; null if the store has it and only the blob is to be checked
   * @param progress is told the number of bytes of each read
   * @return what became of it; null if the layer file was not written
   */
  @Nullable
  MadeLayer read(
      InputStream raw,
      @Nullable FileChannel blobFile,
      @Nullable FileChannel layerFile,
      LongConsumer progress)
      throws IOException {
    DigestSink hash = new DigestSink(blob.digest());
    try (ByteSink sink = background(blobFile == null ? hash : both(hash, blobFile))) {
      BlobInput input = new BlobInput(raw, blob.digest(), blob.size(), hash, sink, progress);
      try {
        MadeLayer made = decompress(input, layerFile);
        input.requireComplete();
        return made;
      } catch (MalformedImageException e) {
        preferDigestMismatch(input, e);
        throw e;
      }
    }
  }

  /** Damage in transit breaks the syntax first, but the blob's digest tells what really happened. */
  private static void preferDigestMismatch(BlobInput input, MalformedImageException malformed)
      throws IOException {
    try {
      input.requireComplete();
    } catch (DigestMismatchException mismatch) {
      mismatch.addSuppressed(malformed);
      throw mismatch;
    }
  }

  private @Nullable MadeLayer decompress(BlobInput input, @Nullable FileChannel layerFile)
      throws IOException {
    String subject = "layer " + diffId;
    try (LayerStream plain = open(input, subject, limits)) {
      if (plain.compression() == Compression.NONE && blob.digest().equals(diffId.digest())) {
        // the blob's digest and size are verified anyway
        return made(blob.size(), write(plain, plain, layerFile, subject));
      }
      DigestSink hash = new DigestSink(diffId.digest());
      try (ByteSink sink = background(hash)) {
        LayerFile.Summary summary = write(plain, new TeeInput(plain, sink), layerFile, subject);
        sink.finish();
        hash.requireMatch(subject);
        return made(hash.length(), summary);
      }
    }
  }

  private @Nullable MadeLayer made(long tarBytes, LayerFile.@Nullable Summary summary) {
    return summary == null ? null : new MadeLayer(blob, diffId, tarBytes, summary);
  }

  private LayerFile.@Nullable Summary write(
      LayerStream plain, InputStream tar, @Nullable FileChannel layerFile, String subject)
      throws IOException {
    if (layerFile == null) {
      tar.transferTo(OutputStream.nullOutputStream());
      return null;
    }
    ChangesetReader changes = new ChangesetReader(tar, subject, limits, plain::compressedBytes);
    return LayerFile.write(changes, layerFile, () -> Trees.uuid(diffId.digest().encoded()));
  }

  /** The first bytes tell the compression; a media type may be wrong, and old archives have none. */
  static LayerStream open(InputStream input, String subject, Limits limits) throws IOException {
    PushbackInputStream in = new PushbackInputStream(input, Compression.MAGIC_LENGTH);
    byte[] head = new byte[Compression.MAGIC_LENGTH];
    int length = in.readNBytes(head, 0, head.length);
    in.unread(head, 0, length);
    return Compression.detect(head, length).decompress(in, subject, limits);
  }

  private ByteSink background(ByteSink sink) {
    return blob.size() < SMALL ? sink : new BackgroundSink(sink, threads);
  }

  private ByteSink both(DigestSink hash, FileChannel file) {
    return (bytes, offset, length) -> {
      hash.accept(bytes, offset, length);
      io.write(file, ByteBuffer.wrap(bytes, offset, length));
    };
  }
}
