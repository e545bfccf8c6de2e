package dev.layerfs.examples;

import dev.layerfs.VolumeMount;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/** Reads mounts as docker's {@code -v}, {@code --mount} and {@code --tmpfs} have them. */
final class MountSyntax {
  private static final String DEFAULT_SIZE = "64M";
  private static final String DEFAULT_MODE = "1777";
  private static final String DEFAULT_INODES = "65536";

  private MountSyntax() {}

  /** Reads {@code SRC:DST[:OPTIONS]}. */
  static VolumeMount volume(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty()) {
      throw new IllegalArgumentException("not SRC:DST[:OPTIONS]: " + text);
    }
    VolumeMount mount = isPath(parts[0])
        ? VolumeMount.bind(Path.of(parts[0]), parts[1])
        : VolumeMount.named(parts[0], parts[1]);
    for (String option : parts.length == 3 ? parts[2].split(",", -1) : new String[0]) {
      mount = switch (option) {
        case "rw" -> mount;
        case "ro" -> mount.asReadOnly();
        case "nocopy" -> mount.withoutCopy();
        default -> throw new IllegalArgumentException("no option of a volume: " + option);
      };
    }
    return mount;
  }

  /** Whether a source is a path, not a name. */
  static boolean isPath(String source) {
    return source.startsWith("/") || source.startsWith(".");
  }

  /** Reads {@code KEY=VALUE,...}. */
  static VolumeMount mount(String text) {
    Map<String, String> fields = fields(text);
    String type = first(fields, "type").orElse("volume");
    Optional<String> source = first(fields, "source", "src");
    String target = first(fields, "target", "destination", "dst")
        .orElseThrow(() -> new IllegalArgumentException("a mount needs target=: " + text));
    VolumeMount mount = of(type, source, target, fields);
    if (isSet(fields, "readonly") || isSet(fields, "ro")) {
      mount = mount.asReadOnly();
    }
    if (isSet(fields, "volume-nocopy")) {
      mount = mount.withoutCopy();
    }
    Optional<String> subpath = first(fields, "volume-subpath", "subpath");
    if (subpath.isPresent()) {
      mount = mount.at(subpath.get());
    }
    if (!fields.isEmpty()) {
      throw new IllegalArgumentException(
          "no field of a mount: " + fields.keySet().iterator().next());
    }
    return mount;
  }

  private static VolumeMount of(
      String type, Optional<String> source, String target, Map<String, String> fields) {
    if (type.equals("tmpfs")) {
      return VolumeMount.tmpfs(target, memory(fields, "tmpfs-"));
    }
    String from = source.orElseThrow(
        () -> new IllegalArgumentException("a mount of type " + type + " needs source="));
    return switch (type) {
      case "volume" -> VolumeMount.named(from, target);
      case "bind" -> VolumeMount.bind(Path.of(from), target);
      case "location" -> VolumeMount.location(URI.create(from), target);
      default -> throw new IllegalArgumentException("no type of mount: " + type);
    };
  }

  /** Reads {@code DST[:OPTIONS]}. */
  static VolumeMount tmpfs(String text) {
    int colon = text.indexOf(':');
    String target = colon < 0 ? text : text.substring(0, colon);
    Map<String, String> fields = fields(colon < 0 ? "" : text.substring(colon + 1));
    boolean readOnly = isSet(fields, "ro");
    VolumeMount mount = VolumeMount.tmpfs(target, memory(fields, ""));
    if (!fields.isEmpty()) {
      throw new IllegalArgumentException(
          "no option of tmpfs: " + fields.keySet().iterator().next());
    }
    return readOnly ? mount.asReadOnly() : mount;
  }

  private static VolumeMount.Memory memory(Map<String, String> fields, String prefix) {
    String mode = first(fields, prefix + "mode").orElse(DEFAULT_MODE);
    return new VolumeMount.Memory(
        size(first(fields, prefix + "size").orElse(DEFAULT_SIZE)),
        Long.parseLong(first(fields, prefix + "inodes").orElse(DEFAULT_INODES)),
        Integer.parseInt(mode, 8));
  }

  private static long size(String text) {
    try {
      return ByteSize.parse(text);
    } catch (TypeConversionException e) { // which is for options that picocli reads
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : text.isEmpty() ? List.<String>of() : List.of(text.split(",", -1))) {
      int equals = field.indexOf('=');
      String key = equals < 0 ? field : field.substring(0, equals);
      if (fields.put(key, equals < 0 ? "true" : field.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("twice: " + key);
      }
    }
    return fields;
  }

  private static Optional<String> first(Map<String, String> fields, String... keys) {
    Optional<String> found = Optional.empty();
    for (String key : keys) {
      String value = fields.remove(key);
      found = value != null ? Optional.of(value) : found;
    }
    return found;
  }

  private static boolean isSet(Map<String, String> fields, String key) {
    return switch (first(fields, key).orElse("false")) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException(key + " is true or false");
    };
  }
}
