package dev.layerfs.transfer;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Chooses what to load from a source, and reads the documents of it. */
final class LoadPlanner {
  private final LoadRequest request;
  private final ImageGraph graph;

  LoadPlanner(LoadRequest request, ImageSource source) {
    this.request = request;
    this.graph = new ImageGraph(source, request.limits());
  }

  List<LoadPlan> plan(List<Offer> offers) throws IOException {
    List<LoadPlan> plans = new ArrayList<>();
    for (Offer offer : choose(offers)) {
      Descriptor offered = offer.descriptor();
      List<LoadPlan.Volume> volumes = volumes(offered);
      List<LoadPlan.Image> images = volumes.isEmpty() ? images(offered) : List.of();
      List<LoadPlan.Document> indexes = new ArrayList<>();
      readIndexes(offered, indexes, new HashSet<>());
      plans.add(new LoadPlan(
          Descriptor.of(offered.mediaType(), offered.digest(), offered.size()),
          names(offer),
          indexes,
          images,
          volumes));
    }
    return plans;
  }

  private List<Offer> choose(List<Offer> offers) throws IOException {
    List<Offer> chosen = offers;
    if (request.select().isPresent()) {
      String name = request.select().get();
      chosen = offers.stream().filter(offer -> isNamed(offer, name)).toList();
    }
    if (chosen.isEmpty()) {
      throw new NotFoundException("image in the source", request.select().orElse("it is empty"));
    }
    if (request.reference().isPresent() && chosen.size() > 1) {
      throw new UnsupportedImageException(
          "the source", "has " + chosen.size() + " images; select the one to name");
    }
    return chosen;
  }

  private static boolean isNamed(Offer offer, String name) {
    Optional<String> full = fullName(name);
    return offer.names().stream()
        .anyMatch(offered ->
            offered.equals(name) || (full.isPresent() && fullName(offered).equals(full)));
  }

  private List<String> names(Offer offer) {
    return request.reference().isPresent()
        ? List.of(fullName(request.reference().get()))
        : offer.names().stream()
            .flatMap(name -> fullName(name).stream())
            .distinct()
            .toList();
  }

  /** Names come from a stranger: what is no reference is not used as one. */
  private static Optional<String> fullName(String text) {
    try {
      return Optional.of(fullName(Reference.parse(text)));
    } catch (MalformedImageException e) {
      return Optional.empty();
    }
  }

  private static String fullName(Reference reference) {
    return new Reference(
            reference.domain(), reference.repository(), reference.tag(), Optional.empty())
        .withDefaultTag()
        .toString();
  }

  /** A volume is for all platforms, so it stands in no index. Its layers are looked into when it is made one. */
  private List<LoadPlan.Volume> volumes(Descriptor offered) throws IOException {
    if (offered.mediaType().isIndex()) {
      return List.of();
    }
    Manifest manifest = Manifest.parse(offered, graph.read(offered), request.limits());
    return manifest.isVolume()
        ? List.of(new LoadPlan.Volume(manifest, graph.read(manifest.config())))
        : List.of();
  }

  private List<LoadPlan.Image> images(Descriptor offered) throws IOException {
    List<LoadPlan.Image> images = new ArrayList<>();
    if (request.allPlatforms() && offered.mediaType().isIndex()) {
      for (Descriptor manifest : graph.manifests(offered)) {
        readIfImage(manifest).ifPresent(images::add);
      }
    } else {
      Optional<Manifest> manifest = graph.select(offered, request.platform());
      if (manifest.isPresent()) {
        images.add(image(manifest.get()));
      }
    }
    if (images.isEmpty()) {
      throw new NotFoundException(
          "image for " + request.platform() + " in", offered.digest().toString());
    }
    return images;
  }

  private LoadPlan.Image image(Manifest manifest) throws IOException {
    manifest.requireImage();
    ImageConfig config =
        ImageConfig.parse(manifest, graph.read(manifest.config()), request.limits());
    return new LoadPlan.Image(manifest, config);
  }

  /** An index may list attestations and other artifacts beside images, and images that the source lacks. */
  private Optional<LoadPlan.Image> readIfImage(Descriptor descriptor) throws IOException {
    try {
      Manifest manifest = Manifest.parse(descriptor, graph.read(descriptor), request.limits());
      return manifest.config().mediaType().isImageConfig() && isUnpackable(manifest)
          ? Optional.of(image(manifest))
          : Optional.empty();
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private static boolean isUnpackable(Manifest manifest) {
    return manifest.layers().stream().allMatch(layer -> layer.mediaType().isLayer());
  }

  /** That depth and number of indexes keep the limits the graph has seen to when it looked for images. */
  private void readIndexes(
      Descriptor descriptor, List<LoadPlan.Document> indexes, Set<Digest> visited)
      throws IOException {
    if (!descriptor.mediaType().isIndex() || !visited.add(descriptor.digest())) {
      return;
    }
    byte[] content = graph.read(descriptor);
    indexes.add(new LoadPlan.Document(descriptor, content));
    for (Descriptor child : Index.parse(descriptor, content, request.limits()).manifests()) {
      if (child.mediaType().isIndex() && child.digest().isVerifiable()) {
        readNested(child, indexes, visited);
      }
    }
  }

  private void readNested(
      Descriptor descriptor, List<LoadPlan.Document> indexes, Set<Digest> visited)
      throws IOException {
    try {
      readIndexes(descriptor, indexes, visited);
    } catch (NotFoundException e) {
      // a source may hold one platform of many
    }
  }
}
