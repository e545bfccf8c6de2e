package dev.layerfs.store;

import dev.layerfs.Container;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.changeset.ChangesetWriter;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.posix.Name;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** The program of {@link MillionEntriesTest}: a thousand directories of a thousand files. */
final class MillionEntries {
  private static final int DIRECTORIES = 1_000;
  private static final int FILES = 999; // each directory is an entry, too
  private static final byte[] NOTHING = {};

  private MillionEntries() {}

  /** Writes a layout with an image of one layer; returns its directory. */
  static Path writeLayout(Path layout) throws IOException {
    Files.createDirectories(layout.resolve("blobs/sha256"));
    Path staged = layout.resolve("layer");
    MessageDigest diffId = sha256();
    MessageDigest blob = sha256();
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(staged), 1 << 20);
        OutputStream zip = new GZIPOutputStream(new DigestOutputStream(file, blob), 1 << 16);
        OutputStream tar = new BufferedOutputStream(new DigestOutputStream(zip, diffId), 1 << 16)) {
      writeLayer(new ChangesetWriter(tar));
    }
    Descriptor layer = Descriptor.of(MediaType.OCI_LAYER_GZIP, digest(blob), Files.size(staged));
    Files.move(staged, layout.resolve(ImageLayout.blobPath(layer.digest())));
    byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
            + "\"diff_ids\":[\"" + digest(diffId) + "\"]}}")
        .getBytes(StandardCharsets.UTF_8);
    Descriptor described = Descriptor.ofContent(MediaType.OCI_CONFIG, config);
    Manifest manifest = Manifest.of(described, List.of(layer));
    Files.write(layout.resolve(ImageLayout.blobPath(described.digest())), config);
    Files.write(
        layout.resolve(ImageLayout.blobPath(manifest.descriptor().digest())), manifest.bytes());
    Files.write(layout.resolve(ImageLayout.MARKER_FILE), ImageLayout.marker());
    Files.write(
        layout.resolve(ImageLayout.INDEX_FILE),
        Index.empty().withManifests(List.of(manifest.descriptor())).bytes());
    return layout;
  }

  private static void writeLayer(ChangesetWriter layer) throws IOException {
    for (int i = 0; i < DIRECTORIES; i++) {
      Name directory = Name.of("directory-" + i);
      layer.add(entry(Kind.DIRECTORY, List.of(directory)));
      for (int j = 0; j < FILES; j++) {
        layer.add(entry(Kind.FILE, List.of(directory, Name.of("file-" + j))));
      }
    }
    layer.finish();
  }

  /** With an owner and a time of its own, or the layer would be small enough for a bomb. */
  private static ChangesetEntry entry(Kind kind, List<Name> path) {
    long time = path.hashCode() & 0x7FFF_FFFFL;
    return new ChangesetEntry(
        0,
        kind,
        path,
        0755,
        time & 0x1F_FFFF,
        0,
        0,
        time,
        0,
        NOTHING,
        List.of(),
        0,
        0,
        new TreeMap<>());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Digest digest(MessageDigest of) {
    return new Digest("sha256", HexFormat.of().formatHex(of.digest()));
  }

  /** Runs with a layout and the directory of a new store. Fails if something is not as it should be. */
  public static void main(String[] arguments) throws IOException {
    try (LayerStore store = LayerStore.open(Path.of(arguments[1]))) {
      Image image = store.load(Path.of(arguments[0])).get(0);
      try (Rootfs root = image.open()) {
        require(DIRECTORIES * (FILES + 1L) + 1, count(root.root()));
      }
      try (Container container = store.create(image)) {
        Files.writeString(container.root().resolve("directory-7/file-7"), "changed");
        Files.delete(container.root().resolve("directory-8/file-8"));
        require(DIRECTORIES * (FILES + 1L), count(container.root()));
        Image committed = container.commit("changed");
        try (Rootfs root = committed.open()) {
          require(DIRECTORIES * (FILES + 1L), count(root.root()));
        }
      }
    }
  }

  private static long count(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.count();
    }
  }

  private static void require(long expected, long found) {
    if (expected != found) {
      throw new IllegalStateException(found + " instead of " + expected);
    }
  }
}
