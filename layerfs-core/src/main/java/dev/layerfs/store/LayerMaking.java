package dev.layerfs.store;

import dev.layerfs.changeset.BlockCompressor;
import dev.layerfs.changeset.ChangesetWriter;
import dev.layerfs.changeset.Compression;
import dev.layerfs.erofs.LayerFile;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.MediaType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;

/**
 * Makes a layer out of changes in one pass: the tar, its digest, the compressed blob with its digest, and the layer file.
 *
 * <pre>
 *  changes ──┬─> layer file                                            this thread
 *            └─> tar ──┬─> digest: diff id                             another
 *                      └─> blocks ──> compressed ──> blob, digest      all; then this
 * </pre>
 *
 * A blob that is not compressed is the tar, and has its digest.
 */
final class LayerMaking {
  private static final int BUFFER = 128 << 10;

  private final StoreIo io;
  private final Executor threads;

  LayerMaking(StoreIo io, Executor threads) {
    this.io = io;
    this.threads = threads;
  }

  /**
   * Makes a layer.
   *
   * @param changes what is in it, in a layer's order
   * @param compression of the blob
   * @param blobFile an empty file for the blob
   * @param layerFile an empty file for the layer file
   */
  MadeLayer make(
      LayerFile.Source changes,
      MediaType.LayerCompression compression,
      FileChannel blobFile,
      FileChannel layerFile)
      throws IOException {
    HashSink tarHash = new HashSink();
    HashSink blobHash = new HashSink();
    boolean blobIsTar = compression == MediaType.LayerCompression.NONE;
    try (ByteSink hashing = new BackgroundSink(tarHash, threads)) {
      ByteSink file = into(blobFile);
      OutputStream blob =
          new BufferedOutputStream(new SinkOutput(blobIsTar ? file : both(blobHash, file)), BUFFER);
      Tar tar = new Tar(hashing, blob, compressor(compression, blob), tarHash);
      OutputStream buffered = new BufferedOutputStream(tar, BUFFER);
      TarredChanges source =
          new TarredChanges(changes, new ChangesetWriter(buffered), tar::complete);
      LayerFile.Summary summary =
          LayerFile.write(source, layerFile, () -> Trees.uuid(tar.digest().encoded()));
      Descriptor descriptor = Descriptor.of(
          MediaType.layer(compression),
          blobIsTar ? tar.digest() : blobHash.digest(),
          blobIsTar ? tarHash.length() : blobHash.length());
      return new MadeLayer(descriptor, new DiffId(tar.digest()), tarHash.length(), summary);
    }
  }

  private OutputStream compressor(MediaType.LayerCompression compression, OutputStream blob)
      throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    return switch (compression) {
      case NONE -> blob;
      case GZIP -> BlockCompressor.begin(Compression.GZIP, blob, threads, processors);
      case ZSTD -> BlockCompressor.begin(Compression.ZSTD, blob, threads, processors);
    };
  }

  private ByteSink into(FileChannel file) {
    return (bytes, offset, length) -> io.write(file, ByteBuffer.wrap(bytes, offset, length));
  }

  private static ByteSink both(ByteSink one, ByteSink other) {
    return (bytes, offset, length) -> {
      one.accept(bytes, offset, length);
      other.accept(bytes, offset, length);
    };
  }

  /** Where the tar goes: to its digest, and to the blob. */
  private static final class Tar extends OutputStream {
    private final ByteSink hashing;
    private final OutputStream blob;
    private final OutputStream compressor;
    private final HashSink hash;
    private Digest digest = Digest.sha256(new byte[0]);

    Tar(ByteSink hashing, OutputStream blob, OutputStream compressor, HashSink hash) {
      this.hashing = hashing;
      this.blob = blob;
      this.compressor = compressor;
      this.hash = hash;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      hashing.accept(bytes, offset, length);
      compressor.write(bytes, offset, length);
    }

    void complete() throws IOException {
      if (compressor instanceof BlockCompressor blocks) {
        blocks.finish();
      }
      blob.flush();
      hashing.finish();
      digest = hash.digest();
    }

    /** The tar's digest once it is complete. */
    Digest digest() {
      return digest;
    }
  }
}
