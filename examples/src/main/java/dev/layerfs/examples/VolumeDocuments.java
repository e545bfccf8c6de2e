package dev.layerfs.examples;

import dev.layerfs.Volume;
import dev.layerfs.VolumeInfo;
import dev.layerfs.VolumeMount;
import dev.layerfs.VolumeSnapshot;
import dev.layerfs.error.NotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the store knows of volumes, as JSON. Passwords are never in it. */
final class VolumeDocuments {
  private VolumeDocuments() {}

  /** Returns what is known of a volume. */
  static Map<String, Object> volume(VolumeInfo volume) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", volume.name());
    Documents.putTime(document, "created", Optional.of(volume.created()));
    document.put("labels", new TreeMap<>(volume.labels()));
    document.put("anonymous", volume.anonymous());
    document.put("driver", driver(volume));
    volume.driver().ifPresent(driver -> document.put("location", driver.toString()));
    volume.data().ifPresent(data -> document.put("data", data.toString()));
    document.put("containers", volume.containers());
    document.put("open", volume.open());
    return document;
  }

  /** Returns one word for where the content is. */
  static String driver(VolumeInfo volume) {
    return volume
        .driver()
        .map(driver -> driver.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .orElse("local");
  }

  /** Returns all that is known of a volume. */
  static Map<String, Object> details(Volume volume) throws IOException {
    Map<String, Object> document = volume(volume.info());
    List<Map<String, Object>> snapshots = new ArrayList<>();
    volume.snapshots().forEach(snapshot -> snapshots.add(snapshot(snapshot)));
    document.put("snapshots", snapshots);
    return document;
  }

  /** Returns what is known of a snapshot. */
  static Map<String, Object> snapshot(VolumeSnapshot snapshot) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", snapshot.id());
    Documents.putTime(document, "created", Optional.of(snapshot.created()));
    return document;
  }

  /** Finds a snapshot by its id. */
  static VolumeSnapshot find(Volume volume, String id) throws IOException {
    return volume.snapshots().stream()
        .filter(snapshot -> snapshot.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new NotFoundException("snapshot of volume " + volume.name(), id));
  }

  /** Returns what is mounted in a container. */
  static List<Map<String, Object>> mounts(List<VolumeMount> mounts) {
    List<Map<String, Object>> documents = new ArrayList<>();
    mounts.forEach(mount -> documents.add(mount(mount)));
    return documents;
  }

  private static Map<String, Object> mount(VolumeMount mount) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("target", mount.target());
    VolumeMount.Source source = mount.source();
    if (source instanceof VolumeMount.Named named) {
      document.put("type", "volume");
      document.put("source", named.name());
    } else if (source instanceof VolumeMount.HostPath host) {
      document.put("type", "bind");
      document.put("source", host.path().toString());
    } else if (source instanceof VolumeMount.Memory memory) {
      document.put("type", "tmpfs");
      document.put("size", memory.maxBytes());
      document.put("inodes", memory.maxInodes());
      document.put("mode", String.format(Locale.ROOT, "%04o", memory.mode()));
    } else {
      document.put("type", "location");
      document.put("source", source.toString());
    }
    document.put("readOnly", mount.readOnly());
    mount.subpath().ifPresent(subpath -> document.put("subpath", subpath));
    return document;
  }
}
