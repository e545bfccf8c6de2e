package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.BLOCK_SIZE;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetReader;
import dev.layerfs.changeset.DataSink;
import dev.layerfs.error.MalformedImageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes layer files: one pass over a changeset. A layer file is an EROFS file that holds one layer as overlayfs would
 * have it: whiteouts are character devices 0:0, opaque directories have {@code trusted.overlay.opaque}. Content comes
 * first, each file in one piece on a block boundary; then the metadata; the superblock last, so that a file that was not
 * written to its end is none. A function of the changeset and the UUID alone.
 *
 * <p>Takes memory for each entry (some 300 bytes), none for content.
 */
public final class LayerFile {
  private final BlockOutput out;
  private final LayerBuilder builder;
  private long nextBlock = 1;
  private long entries;
  private long files;
  private long contentBytes;

  private LayerFile(FileChannel channel, String subject) {
    this.out = new BlockOutput(channel);
    this.builder = new LayerBuilder(subject);
  }

  /**
   * What was written.
   *
   * @param entries entries of the changeset
   * @param files those of them that are regular files
   * @param contentBytes logical length of all regular files
   * @param fileBytes length of the layer file
   * @param notes what was dropped or ignored, for the layer's record; printable
   */
  public record Summary(
      long entries, long files, long contentBytes, long fileBytes, List<String> notes) {}

  /** Where entries come from, one after the other: a {@link ChangesetReader}, as far as a layer file needs it. */
  public interface Source {
    /** Returns what the entries are from, for messages. */
    String subject();

    /** Returns the next entry, null after the last. */
    @Nullable
    ChangesetEntry next() throws IOException;

    /** Hands over the content of the entry that was returned last, a regular file; holes may be left out. */
    void readData(DataSink sink) throws IOException;

    /** Returns what was dropped or ignored; printable. */
    List<String> notes();
  }

  /**
   * Reads a changeset to its end and writes its layer file.
   *
   * @param changes the changeset; not closed
   * @param out an empty file, opened for writing; neither forced nor closed. After an exception its content is of no use
   * @param uuid the file's identifier, 16 bytes; asked for when the changeset is exhausted, so that it can come from the
   *     layer's digest
   * @return what was written
   * @throws MalformedImageException if the entries don't make a tree
   * @throws IOException if reading or writing fails
   */
  public static Summary write(ChangesetReader changes, FileChannel out, Supplier<byte[]> uuid)
      throws IOException {
    Source source = new Source() {
      @Override
      public String subject() {
        return changes.subject();
      }

      @Override
      public @Nullable ChangesetEntry next() throws IOException {
        return changes.next();
      }

      @Override
      public void readData(DataSink sink) throws IOException {
        changes.readData(sink);
      }

      @Override
      public List<String> notes() {
        return changes.notes();
      }
    };
    return write(source, out, uuid);
  }

  /**
   * Reads entries to their end and writes their layer file.
   *
   * @param changes the entries
   * @param channel an empty file, opened for writing; neither forced nor closed. After an exception its content is of no use
   * @param uuid the file's identifier, 16 bytes; asked for when the entries are exhausted
   * @return what was written
   * @throws MalformedImageException if the entries don't make a tree
   * @throws IOException if reading or writing fails
   */
  public static Summary write(Source changes, FileChannel channel, Supplier<byte[]> uuid)
      throws IOException {
    LayerFile file = new LayerFile(channel, changes.subject());
    for (ChangesetEntry entry = changes.next(); entry != null; entry = changes.next()) {
      file.add(entry, changes);
    }
    file.builder.finish();
    return file.complete(uuid.get(), changes.notes());
  }

  private void add(ChangesetEntry entry, Source changes) throws IOException {
    entries++;
    builder.apply(entry, nextBlock);
    if (entry.kind() == ChangesetEntry.Kind.FILE) {
      files++;
      contentBytes += entry.size();
      long end = nextBlock + ErofsFormat.unitsOf(entry.size(), BLOCK_SIZE);
      requireAddressable(end, entry);
      long start = nextBlock * BLOCK_SIZE;
      changes.readData((position, buffer, offset, length) -> {
        if (position > entry.size() - length) {
          throw builder.malformed(entry, "more content than its size");
        }
        out.seek(start + position);
        out.write(buffer, offset, length);
      });
      nextBlock = end;
    }
  }

  /** Block addresses have 32 bits. */
  private void requireAddressable(long block, ChangesetEntry entry) throws IOException {
    if (block >= ErofsFormat.NULL_ADDR) {
      throw builder.unsupported(entry, "a layer of more than 16 TiB");
    }
  }

  private Summary complete(byte[] uuid, List<String> notes) throws IOException {
    MetadataWriter.Result metadata = MetadataWriter.write(builder.root(), nextBlock, out);
    byte[] first = new byte[BLOCK_SIZE];
    Superblock.of(uuid, metadata, 0).encode(first);
    out.writeAt(0, first, 0, BLOCK_SIZE);
    return new Summary(
        entries, files, contentBytes, metadata.endBlock() * BLOCK_SIZE, List.copyOf(notes));
  }
}
