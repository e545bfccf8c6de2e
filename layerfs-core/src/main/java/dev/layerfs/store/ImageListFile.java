package dev.layerfs.store;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code index.json} on disk. What it was read as holds until it is another file: has another inode, size or time. It belongs
 * to a format that has no checksum, and names can't be found out from anything else; so there is a {@link ImageListCopy},
 * which is read if this can't be, or if a byte of it is damaged.
 *
 * <p>A file may be replaced twice within one tick of its file system's clock, have the old size, and get the old inode, which
 * is free again. So a list that is younger than {@link #SETTLED} may have changed unseen, and its bytes are compared.
 */
final class ImageListFile {
  private static final Limits LIMITS = Limits.DEFAULT.toBuilder()
      .maxDocumentBytes(256 << 20)
      .maxIndexEntries(1_000_000)
      .build();

  /** Longer than any tick; FAT's are two seconds. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  private final Session session;
  private final Path file;
  private final ImageListCopy copy;
  private volatile @Nullable Snapshot latest;

  /** What the file was read as, and what identifies that version of it: for certain, if it was settled then. */
  private record Snapshot(
      ImageList list, byte[] bytes, List<@Nullable Object> version, boolean settled) {}

  ImageListFile(Session session) {
    this.session = session;
    this.file = session.paths().index();
    this.copy = new ImageListCopy(session);
  }

  /**
   * Reads the list, or its copy if it is missing, no index, or damaged.
   *
   * @throws StoreCorruptException if neither can be read
   */
  ImageList read() throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Snapshot known = latest;
      if (known == null || !known.settled() || !known.version().equals(version(attributes))) {
        known = read(attributes, known);
        latest = known;
      }
      return known.list();
    } catch (NoSuchFileException e) {
      return readCopy(new StoreCorruptException(file.toString(), "the list of images is missing"));
    } catch (StoreCorruptException e) {
      return readCopy(e);
    }
  }

  private ImageList readCopy(StoreCorruptException damaged) throws IOException {
    try {
      return parse(copy.read().list());
    } catch (NoSuchFileException | StoreCorruptException e) {
      damaged.addSuppressed(e);
      throw damaged;
    }
  }

  /** Whether bytes are a list of images. */
  static boolean isList(byte[] document) throws IOException {
    try {
      Index.parse(document, MediaType.OCI_INDEX, LIMITS);
      return true;
    } catch (MalformedImageException e) {
      return false;
    }
  }

  /** The attributes were read before the content, which may be newer: then it is read again. */
  private Snapshot read(BasicFileAttributes attributes, @Nullable Snapshot before)
      throws IOException {
    boolean settled = isSettled(attributes);
    byte[] bytes = Files.readAllBytes(file);
    ImageList list = before != null && Arrays.equals(before.bytes(), bytes)
        ? before.list()
        : parse(undamaged(bytes));
    return new Snapshot(list, bytes, version(attributes), settled);
  }

  /** Returns what layerfs has written if these bytes are that with one damaged, else these. */
  private byte[] undamaged(byte[] found) throws IOException {
    try {
      ImageListCopy.Copy known = copy.read();
      return known.isDamaged(found) ? known.list() : found;
    } catch (NoSuchFileException | StoreCorruptException e) {
      return found; // it is good enough as long as it is a list
    }
  }

  /** Whether a file that was written from now on would have another time. */
  private static boolean isSettled(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().toInstant().isBefore(Instant.now().minus(SETTLED));
  }

  private static List<@Nullable Object> version(BasicFileAttributes attributes) {
    return Arrays.asList(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
  }

  private ImageList parse(byte[] document) throws IOException {
    try {
      return new ImageList(Index.parse(document, MediaType.OCI_INDEX, LIMITS));
    } catch (MalformedImageException e) {
      StoreCorruptException corrupt =
          new StoreCorruptException(file.toString(), "the list of images is damaged");
      corrupt.initCause(e);
      throw corrupt;
    }
  }

  /** Replaces the list; the caller has the store's lock. */
  void write(ImageList list) throws IOException {
    try (ImageListChange change = prepare(list)) {
      for (Flusher.Task force : change.forces()) {
        force.run();
      }
      change.put();
    }
  }

  /** Writes a list that is to replace this one; the caller has the store's lock. */
  ImageListChange prepare(ImageList list) throws IOException {
    byte[] bytes = list.index().bytes();
    return ImageListChange.of(session, copy.record(bytes), bytes);
  }
}
