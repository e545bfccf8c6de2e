package dev.layerfs.registry;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What refers to a manifest: its signatures, attestations and the like. Registries that do not keep track have an index under
 * a tag that is made of the digest, which clients keep (distribution-spec, "Unavailable Referrers API").
 */
final class Referrers {
  private static final int MAX_ALGORITHM = 32;
  private static final int MAX_ENCODED = 64;

  private final Pages pages;
  private final Manifests manifests;
  private final ManifestUpload upload;
  private final Limits limits;

  Referrers(Pages pages, Manifests manifests, ManifestUpload upload, Limits limits) {
    this.pages = pages;
    this.manifests = manifests;
    this.upload = upload;
    this.limits = limits;
  }

  /** Returns the tag of the index for a digest. */
  static String tag(Digest digest) {
    String algorithm = digest.algorithm();
    String encoded = digest.encoded();
    String tag = algorithm.substring(0, Math.min(algorithm.length(), MAX_ALGORITHM)) + "-"
        + encoded.substring(0, Math.min(encoded.length(), MAX_ENCODED));
    return tag.replaceAll("[^A-Za-z0-9_.-]", "-");
  }

  private static Reference tagOf(Reference repository, Digest subject) {
    return new Reference(
        repository.domain(), repository.repository(), Optional.of(tag(subject)), Optional.empty());
  }

  /** Lists what refers to a manifest, of one type if that is given. */
  List<Descriptor> list(
      Endpoint endpoint, Reference repository, Digest subject, Optional<MediaType> type)
      throws IOException {
    Optional<List<Descriptor>> known = ask(endpoint, repository, subject, type);
    List<Descriptor> all =
        known.isPresent() ? known.get() : manifests(tagged(endpoint, repository, subject));
    return type.isEmpty()
        ? all
        : all.stream().filter(each -> each.artifactType().equals(type)).toList();
  }

  /** Empty if the registry does not keep track. */
  private Optional<List<Descriptor>> ask(
      Endpoint endpoint, Reference repository, Digest subject, Optional<MediaType> type)
      throws IOException {
    String name = repository.repository();
    Query query = type.isPresent() ? Query.of("artifactType", type.get().value()) : Query.NONE;
    Request first = Request.get(endpoint, name + "/referrers/" + subject, query, Scope.pull(name));
    return pages.read(first, this::page);
  }

  private List<Descriptor> page(JsonObject json, Response response) throws IOException {
    return Index.parse(json.toBytes(), MediaType.OCI_INDEX, limits).manifests();
  }

  private static List<Descriptor> manifests(Optional<Index> index) {
    return index.map(Index::manifests).orElse(List.of());
  }

  /** The index under the tag; empty if there is none, or it is none. */
  private Optional<Index> tagged(Endpoint endpoint, Reference repository, Digest subject)
      throws IOException {
    try {
      return Optional.of(tracked(endpoint, repository, subject));
    } catch (NotFoundException | MalformedImageException | UnsupportedImageException e) {
      return Optional.empty();
    }
  }

  private Index tracked(Endpoint endpoint, Reference repository, Digest subject)
      throws IOException {
    RemoteManifest found = manifests.get(endpoint, tagOf(repository, subject));
    return Index.parse(found.descriptor(), found.content(), limits);
  }

  /**
   * Adds a manifest to the index of its subject.
   *
   * @throws IOException if what is under the tag is no index
   */
  void add(Endpoint endpoint, Reference repository, Manifest manifest) throws IOException {
    Digest subject = manifest.subject().orElseThrow().digest();
    Index index;
    try {
      index = tracked(endpoint, repository, subject);
    } catch (NotFoundException e) {
      index = Index.empty();
    }
    Descriptor entry = entry(manifest);
    if (index.manifests().stream().noneMatch(each -> each.digest().equals(entry.digest()))) {
      List<Descriptor> all = new ArrayList<>(index.manifests());
      all.add(entry);
      put(endpoint, tagOf(repository, subject), index.withManifests(all));
    }
  }

  /** Takes a manifest out of the index of its subject, if the registry does not keep track itself. */
  void remove(Endpoint endpoint, Reference repository, Manifest manifest) throws IOException {
    Digest subject = manifest.subject().orElseThrow().digest();
    Digest digest = manifest.descriptor().digest();
    if (ask(endpoint, repository, subject, Optional.empty()).isPresent()) {
      return;
    }
    Optional<Index> index = tagged(endpoint, repository, subject);
    List<Descriptor> before = manifests(index);
    List<Descriptor> rest =
        before.stream().filter(each -> !each.digest().equals(digest)).toList();
    if (index.isPresent() && rest.size() < before.size()) {
      put(endpoint, tagOf(repository, subject), index.get().withManifests(rest));
    }
  }

  private static Descriptor entry(Manifest manifest) {
    MediaType type = manifest.artifactType().orElse(manifest.config().mediaType());
    return manifest.descriptor().withAnnotations(manifest.annotations()).withArtifactType(type);
  }

  private void put(Endpoint endpoint, Reference tag, Index index) throws IOException {
    upload.put(endpoint, tag, index.mediaType(), index.bytes());
  }
}
