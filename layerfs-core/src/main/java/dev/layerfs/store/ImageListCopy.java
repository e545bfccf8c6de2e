package dev.layerfs.store;

import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code images.json}: a copy of the list of images as layerfs has written it last, with a checksum. It is written before
 * the list, and says also what the list was, so that neither a crash in between nor another program that changes the list
 * looks like damage.
 */
final class ImageListCopy {
  /** Lists are longer than records may be if a store has tens of thousands of images; then there is no copy. */
  private static final int MAX_BYTES = 6 << 20;

  private final Session session;
  private final Path file;
  private final Path list;

  ImageListCopy(Session session) {
    this.session = session;
    this.file = session.paths().indexCopy();
    this.list = session.paths().index();
  }

  /**
   * What is known of the list.
   *
   * @param before the digest of what it was before it was last written
   * @param list what was written
   */
  record Copy(Digest before, byte[] list) {
    /** Whether the list may be these bytes, if nobody but layerfs has changed it. */
    boolean allows(byte[] found) {
      Digest digest = Digest.sha256(found);
      return digest.equals(Digest.sha256(list)) || digest.equals(before);
    }

    /** Whether bytes are neither of these, but what was written except for one byte. */
    boolean isDamaged(byte[] found) {
      return isNearly(found) && !allows(found);
    }

    private boolean isNearly(byte[] found) {
      int different = found.length == list.length ? 0 : 2;
      for (int i = 0; i < found.length && different < 2; i++) {
        different += found[i] == list[i] ? 0 : 1;
      }
      return different == 1;
    }
  }

  /**
   * Reads the copy.
   *
   * @throws NoSuchFileException if there is none
   * @throws dev.layerfs.error.StoreCorruptException if it is damaged
   */
  Copy read() throws IOException {
    return RecordFile.read(
        file,
        fields -> new Copy(
            Digest.parse(fields.string("before")),
            fields.string("list").getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns the record that notes what the list is going to be, if it is short enough; the caller has the store's lock. */
  Optional<byte[]> record(byte[] next) throws IOException {
    if (next.length > MAX_BYTES) {
      return Optional.empty();
    }
    JsonObject record = JsonObject.empty()
        .with("before", digestOfList().toString())
        .with("list", new String(next, StandardCharsets.UTF_8));
    return Optional.of(RecordFile.encode(record));
  }

  /** Notes what the list is going to be; the caller has the store's lock. */
  void write(byte[] next) throws IOException {
    Optional<byte[]> record = record(next);
    if (record.isPresent()) {
      session.replace(file, record.get());
    } else {
      session.io().unlinkIfExists(file);
    }
  }

  private Digest digestOfList() throws IOException {
    try {
      return Digest.sha256(Files.readAllBytes(list));
    } catch (NoSuchFileException e) {
      return Digest.sha256(new byte[0]);
    }
  }
}
