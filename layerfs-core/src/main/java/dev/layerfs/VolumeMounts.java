package dev.layerfs;

import dev.layerfs.store.ContainerName;
import dev.layerfs.store.VolumeName;
import dev.layerfs.store.VolumeSource;
import dev.layerfs.store.VolumeUse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns what the front door says of mounts into what records say, and back. */
final class VolumeMounts {
  private VolumeMounts() {}

  static List<VolumeUse> uses(List<VolumeMount> mounts) {
    Set<String> targets = new HashSet<>();
    for (VolumeMount mount : mounts) {
      if (!targets.add(mount.target())) {
        throw new IllegalArgumentException("two mounts at " + mount.target());
      }
    }
    return mounts.stream().map(VolumeMounts::use).toList();
  }

  private static VolumeUse use(VolumeMount mount) {
    return new VolumeUse(
        mount.target(), source(mount.source()), mount.readOnly(), mount.subpath(), mount.copy());
  }

  private static VolumeSource source(VolumeMount.Source source) {
    if (source instanceof VolumeMount.Named named) {
      return new VolumeSource.Named(name(named.name()));
    }
    if (source instanceof VolumeMount.HostPath host) {
      return new VolumeSource.HostPath(host.path());
    }
    return source instanceof VolumeMount.Memory memory
        ? new VolumeSource.Memory(memory.maxBytes(), memory.maxInodes(), memory.mode())
        : new VolumeSource.Location(((VolumeMount.Location) source).uri());
  }

  static VolumeName name(String text) {
    return VolumeName.parse(text)
        .orElseThrow(() -> new IllegalArgumentException(
            "not a volume name, which is " + ContainerName.RULE + ": " + text));
  }

  static List<VolumeMount> mounts(List<VolumeUse> uses) {
    return uses.stream()
        .map(use -> new VolumeMount(
            use.target(), source(use.source()), use.readOnly(), use.subpath(), use.copy()))
        .toList();
  }

  private static VolumeMount.Source source(VolumeSource source) {
    if (source instanceof VolumeSource.Named named) {
      return new VolumeMount.Named(named.name().text());
    }
    if (source instanceof VolumeSource.HostPath host) {
      return new VolumeMount.HostPath(host.path());
    }
    return source instanceof VolumeSource.Memory memory
        ? new VolumeMount.Memory(memory.maxBytes(), memory.maxInodes(), memory.mode())
        : new VolumeMount.Location(((VolumeSource.Location) source).uri());
  }
}
