package dev.layerfs.transfer;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Annotations;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An OCI image layout (image-layout.md), in a directory or an archive. Immutable. */
final class OciLayout implements ImageSource {
  private final SourceFiles files;
  private final List<Offer> offers;

  private OciLayout(SourceFiles files, List<Offer> offers) {
    this.files = files;
    this.offers = offers;
  }

  static OciLayout open(SourceFiles files, Limits limits) throws IOException {
    int maxBytes = limits.maxDocumentBytes();
    String marker = files.subject() + " " + ImageLayout.MARKER_FILE;
    ImageLayout.check(files.read(ImageLayout.MARKER_FILE, maxBytes), marker, limits);
    byte[] document = files.read(ImageLayout.INDEX_FILE, maxBytes);
    return new OciLayout(files, offers(Index.parse(document, MediaType.OCI_INDEX, limits)));
  }

  /** Entries of other types are no error (image-layout.md, "index.json file"), but no images either. */
  private static List<Offer> offers(Index index) {
    Map<Descriptor, List<String>> names = new LinkedHashMap<>();
    Map<Descriptor, Descriptor> entries = new LinkedHashMap<>();
    for (Descriptor entry : index.manifests()) {
      MediaType type = entry.mediaType();
      if (type.isManifest() || type.isIndex() || type.isSchema1()) {
        Descriptor unnamed = entry.withAnnotations(Map.of());
        entries.putIfAbsent(unnamed, entry);
        List<String> all = names.computeIfAbsent(unnamed, key -> new ArrayList<>());
        name(entry).filter(name -> !all.contains(name)).ifPresent(all::add);
      }
    }
    List<Offer> offers = new ArrayList<>();
    names.forEach(
        (unnamed, all) -> offers.add(new Offer(entries.getOrDefault(unnamed, unnamed), all)));
    return List.copyOf(offers);
  }

  /** containerd and buildkit write the full reference in an annotation of their own, and only the tag in OCI's. */
  private static Optional<String> name(Descriptor entry) {
    Map<String, String> annotations = entry.annotations();
    return Optional.ofNullable(annotations.get(Annotations.CONTAINERD_IMAGE_NAME))
        .or(() -> Optional.ofNullable(annotations.get(Annotations.REF_NAME)));
  }

  @Override
  public List<Offer> offers() {
    return offers;
  }

  @Override
  public InputStream open(Descriptor blob) throws IOException {
    Optional<byte[]> embedded = blob.data();
    if (embedded.isPresent()) {
      return new ByteArrayInputStream(embedded.get());
    }
    String path = ImageLayout.blobPath(blob.digest().requireVerifiable());
    if (files.has(path)) {
      return files.open(path);
    }
    Optional<InputStream> made = files.made(blob.digest());
    if (made.isEmpty()) {
      throw new NotFoundException("blob in " + files.subject(), blob.digest().toString());
    }
    return made.get();
  }

  @Override
  public void close() {
    // Every stream opens the archive anew.
  }
}
