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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code index.json} on disk. It is only ever replaced, so what it was read as holds until it is another file. It belongs to
 * a format that has no checksum, and names can't be found out from anything else; so there is a {@link ImageListCopy}, which
 * is read if this can't be.
 */
final class ImageListFile {
  private static final Limits LIMITS = Limits.DEFAULT.toBuilder()
      .maxDocumentBytes(256 << 20)
      .maxIndexEntries(1_000_000)
      .build();

  private final Session session;
  private final Path file;
  private final ImageListCopy copy;
  private volatile @Nullable Snapshot latest;

  /** What the file was read as, and what identifies that version of it. */
  private record Snapshot(ImageList list, List<@Nullable Object> version) {}

  ImageListFile(Session session) {
    this.session = session;
    this.file = session.paths().index();
    this.copy = new ImageListCopy(session);
  }

  /**
   * Reads the list, or its copy if it is missing or no index.
   *
   * @throws StoreCorruptException if neither can be read
   */
  ImageList read() throws IOException {
    try {
      List<@Nullable Object> version = version();
      Snapshot known = latest;
      if (known == null || !known.version().equals(version)) {
        known = new Snapshot(parse(Files.readAllBytes(file)), version);
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

  private List<@Nullable Object> version() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
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
    byte[] bytes = list.index().bytes();
    copy.write(bytes);
    session.replace(file, bytes);
  }
}
