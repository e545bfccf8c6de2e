package dev.layerfs.store;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * That something is mounted at a path of a container; part of its {@link ContainerRecord}.
 *
 * @param target the path in the container: absolute, of one or more names, none of them {@code .} or {@code ..}. Symbolic
 *     links of the container may make it mean another path, but none outside its root
 * @param source what is mounted
 * @param readOnly whether the container may not write to it
 * @param subpath what is mounted of the source: a relative path of names, none of them {@code .} or {@code ..}; if absent
 *     all of it
 * @param copy whether what the image has at the target is copied into an empty volume when it is first used
 */
public record VolumeUse(
    String target, VolumeSource source, boolean readOnly, Optional<String> subpath, boolean copy) {

  /** Returns the names of the target, from the root. */
  public List<Name> path() {
    return VolumePath.clean(target);
  }

  /** Takes the part of the source that is mounted; if it can't be had the failure says of what it is a part, and what for. */
  <T> T part(Interruption.Work<T> taking) throws IOException {
    try {
      return taking.run();
    } catch (PosixException e) {
      if (subpath.isEmpty()) {
        throw e;
      }
      throw new PosixException(
          e.errno(), target + ": " + subpath.get() + " in " + source.label(), e);
    }
  }

  VolumeUse withSource(VolumeSource other) {
    return new VolumeUse(target, other, readOnly, subpath, copy);
  }

  /** Returns the array {@code volumes} of a container's record. */
  static Json toJson(List<VolumeUse> uses) {
    return new Json.Array(uses.stream().<Json>map(VolumeUse::toJson).toList());
  }

  private JsonObject toJson() {
    JsonObject json = source
        .addTo(JsonObject.empty().with("target", target))
        .with("readOnly", flag(readOnly))
        .with("copy", flag(copy));
    return subpath.isPresent() ? json.with("subpath", subpath.get()) : json;
  }

  private static Json flag(boolean value) {
    return value ? Json.Literal.TRUE : Json.Literal.FALSE;
  }

  /** Reads what {@link #toJson} has written; a record of an earlier version has none. */
  static List<VolumeUse> parse(JsonObject record) throws IOException {
    List<VolumeUse> uses = new ArrayList<>();
    for (JsonObject fields : record.objects("volumes")) {
      uses.add(new VolumeUse(
          fields.string("target"),
          VolumeSource.parse(fields),
          fields.flag("readOnly"),
          fields.optionalString("subpath"),
          fields.flag("copy")));
    }
    return List.copyOf(uses);
  }
}
