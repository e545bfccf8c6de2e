package dev.layerfs.testing;

import dev.layerfs.oci.Annotations;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes OCI layouts of {@link TestImage}s. */
public final class TestLayout {
  private final List<Descriptor> entries = new ArrayList<>();
  private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();

  /** Adds an image without a name. */
  public TestLayout image(TestImage image) {
    blobs.putAll(image.blobs());
    entries.add(image.manifest().descriptor());
    return this;
  }

  /** Adds an image by a name. */
  public TestLayout image(String name, TestImage image) {
    blobs.putAll(image.blobs());
    return entry(name, image.manifest().descriptor());
  }

  /** Adds an index of several images by a name; each entry names its image's architecture. */
  public TestLayout index(String name, Index index, TestImage... images) {
    for (TestImage image : images) {
      blobs.putAll(image.blobs());
    }
    blobs.put(index.descriptor().digest(), index.bytes());
    return entry(name, index.descriptor());
  }

  private TestLayout entry(String name, Descriptor descriptor) {
    entries.add(descriptor.withAnnotations(Map.of(Annotations.REF_NAME, name)));
    return this;
  }

  /** Replaces a blob's bytes and leaves everything that names it. */
  public TestLayout blob(Digest digest, byte[] content) {
    blobs.put(digest, content);
    return this;
  }

  /** Leaves a blob out. */
  public TestLayout without(Digest digest) {
    blobs.remove(digest);
    return this;
  }

  /** Writes the layout into a new directory. */
  public Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.write(directory.resolve(ImageLayout.MARKER_FILE), ImageLayout.marker());
    Files.write(
        directory.resolve(ImageLayout.INDEX_FILE),
        Index.empty().withManifests(entries).bytes());
    Files.createDirectories(directory.resolve("blobs/sha256"));
    for (Map.Entry<Digest, byte[]> blob : blobs.entrySet()) {
      Path file = directory.resolve(ImageLayout.blobPath(blob.getKey()));
      Files.createDirectories(file.getParent());
      Files.write(file, blob.getValue());
    }
    return directory;
  }
}
