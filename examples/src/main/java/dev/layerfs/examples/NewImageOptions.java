package dev.layerfs.examples;

import dev.layerfs.oci.ConfigEditor;
import dev.layerfs.oci.MediaType.LayerCompression;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code commit} and {@code build} have in common. */
final class NewImageOptions {
  @Option(
      names = {"-c", "--change"},
      paramLabel = "INSTRUCTION",
      description = {
        "Change the config, in the words of a Dockerfile: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL,",
        "STOPSIGNAL, USER, VOLUME or WORKDIR. May be repeated."
      })
  private List<String> changes = new ArrayList<>();

  @Option(names = "--env", paramLabel = "K=V", description = "Set a variable. May be repeated.")
  private List<String> env = new ArrayList<>();

  @Option(
      names = "--entrypoint",
      paramLabel = "WORDS",
      description = "What begins the command; takes away the base's CMD.")
  private @Nullable String entrypoint;

  @Option(names = "--cmd", paramLabel = "WORDS", description = "What ends the command.")
  private @Nullable String cmd;

  @Option(names = "--label", paramLabel = "K=V", description = "Set a label. May be repeated.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = {"-a", "--author"},
      paramLabel = "WHO",
      description = "Who made the image.")
  private @Nullable String author;

  @Option(
      names = {"-m", "--message"},
      paramLabel = "TEXT",
      description = "A note for its history.")
  private @Nullable String message;

  @Option(
      names = "--compression",
      paramLabel = "gzip|zstd|none",
      description = "How the new layer is compressed. Default: gzip.")
  private String compression = "gzip";

  /** Changes a config as the options say. */
  void change(ConfigEditor config) {
    boolean commandSet = cmd != null || changes.stream().anyMatch(c -> isInstruction(c, "CMD"));
    boolean entrypointSet =
        entrypoint != null || changes.stream().anyMatch(c -> isInstruction(c, "ENTRYPOINT"));
    if (entrypointSet && !commandSet) {
      config.cmd(List.of()); // as docker has it: the base's arguments are not for another program
    }
    changes.forEach(instruction -> ConfigChange.apply(config, instruction));
    for (String variable : env) {
      ConfigChange.Pair pair = ConfigChange.Pair.parse(variable);
      config.env(pair.key(), pair.value());
    }
    for (String label : labels) {
      ConfigChange.Pair pair = ConfigChange.Pair.parse(label);
      config.label(pair.key(), pair.value());
    }
    if (entrypoint != null) {
      config.entrypoint(ConfigChange.words(entrypoint));
    }
    if (cmd != null) {
      config.cmd(ConfigChange.words(cmd));
    }
  }

  private static boolean isInstruction(String change, String word) {
    return change.strip().toUpperCase(Locale.ROOT).startsWith(word + " ");
  }

  Optional<String> author() {
    return Optional.ofNullable(author);
  }

  Optional<String> message() {
    return Optional.ofNullable(message);
  }

  LayerCompression compression() {
    return switch (compression) {
      case "gzip" -> LayerCompression.GZIP;
      case "zstd" -> LayerCompression.ZSTD;
      case "none" -> LayerCompression.NONE;
      default -> throw new IllegalArgumentException("no compression: " + compression);
    };
  }

  /** Returns the time that SOURCE_DATE_EPOCH sets (reproducible-builds.org), if it does. */
  static Optional<Instant> epoch(Map<String, String> environment) {
    String seconds = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
    if (seconds.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)));
    } catch (NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException("SOURCE_DATE_EPOCH is no time: " + seconds, e);
    }
  }
}
