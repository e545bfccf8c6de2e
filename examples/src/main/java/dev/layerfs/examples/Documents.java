package dev.layerfs.examples;

import dev.layerfs.Change;
import dev.layerfs.ContainerInfo;
import dev.layerfs.Image;
import dev.layerfs.LayerInfo;
import dev.layerfs.Mount;
import dev.layerfs.MountPlan;
import dev.layerfs.Removed;
import dev.layerfs.spi.MountBackend;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the store knows of its objects, as JSON: raw numbers, times in nanoseconds since the epoch. */
final class Documents {
  private static final JsonReader JSON = JsonReader.unbounded();

  private Documents() {}

  /** Returns what a list of images says of each. */
  static Map<String, Object> image(Image image) throws IOException {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("digest", image.digest().toString());
    document.put("names", image.names());
    document.put("platform", image.platform().toString());
    putTime(document, "created", image.config().created());
    document.put("layers", image.layers().size());
    document.put("blobBytes", image.blobBytes());
    document.put("contentBytes", image.contentBytes());
    return document;
  }

  /** Returns all that is known of an image. */
  static Map<String, @Nullable Object> details(Image image) throws IOException {
    Map<String, @Nullable Object> document = new LinkedHashMap<>(image(image));
    List<Map<String, Object>> layers = new ArrayList<>();
    for (LayerInfo layer : image.layers()) {
      layers.add(layer(layer));
    }
    document.put("layers", layers);
    document.put("config", JSON.read(image.config().bytes())); // with what layerfs does not know
    return document;
  }

  /** Returns what is known of a layer. */
  static Map<String, Object> layer(LayerInfo layer) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("digest", layer.blob().digest().toString());
    document.put("mediaType", layer.blob().mediaType().toString());
    document.put("diffId", layer.diffId().toString());
    document.put("blobBytes", layer.blob().size());
    document.put("contentBytes", layer.contentBytes());
    document.put("fileBytes", layer.fileBytes());
    document.put("entries", layer.entries());
    document.put("notes", layer.notes());
    return document;
  }

  /** Returns what is known of a container. */
  static Map<String, Object> container(ContainerInfo container) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", container.id());
    container.name().ifPresent(name -> document.put("name", name));
    document.put("image", container.image().toString());
    document.put("imageName", container.imageName());
    putTime(document, "created", Optional.of(container.created()));
    document.put("labels", new TreeMap<>(container.labels()));
    document.put("ephemeral", container.ephemeral());
    container.identity().ifPresent(identity -> document.put("identity", identity.toString()));
    if (!container.volumes().isEmpty()) {
      document.put("volumes", VolumeDocuments.mounts(container.volumes()));
    }
    if (container.limits().any()) {
      document.put(
          "limits", figures(container.limits().bytes(), container.limits().inodes()));
    }
    container
        .usage()
        .ifPresent(usage -> document.put(
            "usage", figures(OptionalLong.of(usage.bytes()), OptionalLong.of(usage.inodes()))));
    document.put("open", container.open());
    container.mountedAt().ifPresent(target -> document.put("mountedAt", target.toString()));
    return document;
  }

  private static Map<String, Object> figures(OptionalLong bytes, OptionalLong inodes) {
    Map<String, Object> document = new LinkedHashMap<>();
    bytes.ifPresent(figure -> document.put("bytes", figure));
    inodes.ifPresent(figure -> document.put("inodes", figure));
    return document;
  }

  /** Returns what is known of a mount. */
  static Map<String, Object> mount(Mount mount) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("container", mount.container());
    document.put("target", mount.target().toString());
    return document;
  }

  /** Returns something that a kernel has or has not. */
  static Map<String, Object> feature(MountBackend.Feature feature) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", feature.name());
    document.put("available", feature.available());
    document.put("use", feature.use());
    return document;
  }

  /** Returns what is to be mounted, with the fields of a mount in the OCI runtime specification. */
  static Map<String, Object> plan(MountPlan plan) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("container", plan.container());
    document.put("mounts", plan.steps().stream().map(Documents::step).toList());
    document.put("volumes", plan.volumes().stream().map(Documents::step).toList());
    return document;
  }

  private static Map<String, Object> step(MountPlan.Step step) {
    Map<String, Object> mount = new LinkedHashMap<>();
    step.target().ifPresent(target -> mount.put("destination", target));
    mount.put("type", step.type());
    mount.put("source", step.source());
    mount.put("options", step.options());
    return mount;
  }

  /** Returns one line of a diff. */
  static Map<String, Object> change(Change change) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("kind", String.valueOf(change.kind().letter()));
    document.put("path", change.path());
    if (!change.aspects().isEmpty()) {
      document.put(
          "aspects",
          change.aspects().stream()
              .sorted()
              .map(a -> a.name().toLowerCase(Locale.ROOT))
              .toList());
    }
    return document;
  }

  /** Returns what a removal did. */
  static Map<String, Object> removed(Removed removed) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("names", removed.names());
    document.put("images", removed.images());
    document.put("freedBytes", removed.freedBytes());
    return document;
  }

  /** Adds a time that is known, in nanoseconds since the epoch. */
  static void putTime(Map<String, Object> document, String field, Optional<Instant> time) {
    time.ifPresent(t -> document.put(field, RootFile.nanos(t.getEpochSecond(), t.getNano())));
  }
}
