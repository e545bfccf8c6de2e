package dev.layerfs.oci;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An image's config: its platform, what to run in it, and the identity of its layers (config.md). Immutable. Members that
 * layerfs doesn't know are in {@link #bytes} and no error.
 */
public final class ImageConfig {
  /**
   * How a layer, or a step that made none, came to be.
   *
   * @param created when
   * @param createdBy the command
   * @param author who
   * @param comment a note
   * @param emptyLayer whether the step made no layer
   */
  public record History(
      Optional<Instant> created,
      Optional<String> createdBy,
      Optional<String> author,
      Optional<String> comment,
      boolean emptyLayer) {}

  private final byte[] bytes;
  private final JsonObject json;
  private final Platform platform;
  private final Optional<Instant> created;
  private final Optional<String> author;
  private final JsonObject execution;
  private final List<String> env;
  private final List<String> entrypoint;
  private final List<String> cmd;
  private final Set<String> exposedPorts;
  private final Set<String> volumes;
  private final Map<String, String> labels;
  private final List<DiffId> diffIds;
  private final List<History> history;

  private ImageConfig(byte[] bytes, JsonObject json, Limits limits) throws IOException {
    this.bytes = bytes;
    this.json = json;
    this.platform = Platform.of(json);
    this.created = time(json, "created");
    this.author = text(json, "author");
    this.execution = json.optionalObject("config").orElse(JsonObject.empty());
    this.env = execution.strings("Env");
    this.entrypoint = execution.strings("Entrypoint");
    this.cmd = execution.strings("Cmd");
    this.exposedPorts = keys(execution, "ExposedPorts");
    this.volumes = keys(execution, "Volumes");
    this.labels = execution.stringMap("Labels");
    for (String name : List.of("User", "WorkingDir", "StopSignal")) {
      execution.optionalString(name);
    }
    this.diffIds = diffIds(json.object("rootfs"), limits);
    this.history = history(json);
  }

  /**
   * Reads a config that no manifest vouches for.
   *
   * @param document the document
   * @param limits bounds on it
   * @return the config
   * @throws MalformedImageException if it breaks a rule of config.md
   * @throws UnsupportedImageException if a DiffID isn't sha256
   * @throws LimitExceededException if it exceeds a limit
   */
  public static ImageConfig parse(byte[] document, Limits limits) throws IOException {
    return parse(document, "image config " + Digest.sha256(document), limits);
  }

  /**
   * Reads the config of an image.
   *
   * @param manifest the image's manifest; the config is checked against it
   * @param document the document
   * @param limits bounds on it
   * @return the config
   * @throws MalformedImageException if it breaks a rule of config.md, or has not one DiffID for each layer
   * @throws UnsupportedImageException if the manifest's config is of no type layerfs knows, or a DiffID isn't sha256
   * @throws DigestMismatchException if it isn't what the manifest describes
   * @throws LimitExceededException if it exceeds a limit
   */
  public static ImageConfig parse(Manifest manifest, byte[] document, Limits limits)
      throws IOException {
    Descriptor descriptor = manifest.config();
    String subject = "image config " + descriptor.digest();
    if (!descriptor.mediaType().isImageConfig()) {
      throw new UnsupportedImageException(
          subject, "no type of image config: " + descriptor.mediaType());
    }
    descriptor.verify(document);
    ImageConfig config = parse(document, subject, limits);
    int layers = manifest.layers().size();
    if (config.diffIds.size() != layers) {
      throw new MalformedImageException(
          subject,
          "has " + config.diffIds.size() + " diff_ids, but its manifest has " + layers + " layers");
    }
    return config;
  }

  private static ImageConfig parse(byte[] document, String subject, Limits limits)
      throws IOException {
    byte[] bytes = document.clone();
    return new ImageConfig(bytes, Documents.reader(limits).readObject(bytes, subject), limits);
  }

  /** Returns the document's members, those that layerfs doesn't know among them. */
  JsonObject json() {
    return json;
  }

  /**
   * Returns the document.
   *
   * @return a new array: what was read, byte for byte
   */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * Returns what the image runs on.
   *
   * @return the platform, as written
   */
  public Platform platform() {
    return platform;
  }

  /**
   * Returns when the image was made.
   *
   * @return the time
   */
  public Optional<Instant> created() {
    return created;
  }

  /**
   * Returns who made the image.
   *
   * @return a name
   */
  public Optional<String> author() {
    return author;
  }

  /**
   * Returns whom to run as: {@code user}, {@code uid}, {@code user:group} and so on.
   *
   * @return the user; absent for root
   */
  public Optional<String> user() {
    return executionText("User");
  }

  /**
   * Returns the ports a container listens on.
   *
   * @return {@code port/tcp}, {@code port/udp} or {@code port}; unmodifiable
   */
  public Set<String> exposedPorts() {
    return exposedPorts;
  }

  /**
   * Returns the environment.
   *
   * @return entries {@code NAME=VALUE}; unmodifiable
   */
  public List<String> env() {
    return env;
  }

  /**
   * Returns the arguments that begin the command.
   *
   * @return the arguments; unmodifiable
   */
  public List<String> entrypoint() {
    return entrypoint;
  }

  /**
   * Returns the arguments that end the command unless others are given.
   *
   * @return the arguments; unmodifiable
   */
  public List<String> cmd() {
    return cmd;
  }

  /**
   * Returns the whole command: {@link #entrypoint} followed by {@link #cmd}, so that without an entrypoint the first
   * argument of {@code Cmd} is the program (config.md, "Cmd").
   *
   * @return the arguments; empty if the image names none
   */
  public List<String> command() {
    return Stream.concat(entrypoint.stream(), cmd.stream()).toList();
  }

  /**
   * Returns the directories whose content should outlive a container.
   *
   * @return paths, untrusted; unmodifiable
   */
  public Set<String> volumes() {
    return volumes;
  }

  /**
   * Returns the command's working directory.
   *
   * @return a path, untrusted
   */
  public Optional<String> workingDir() {
    return executionText("WorkingDir");
  }

  /**
   * Returns the labels.
   *
   * @return an unmodifiable map
   */
  public Map<String, String> labels() {
    return labels;
  }

  /**
   * Returns the signal that asks the command to end.
   *
   * @return a name such as {@code SIGTERM}, or a number
   */
  public Optional<String> stopSignal() {
    return executionText("StopSignal");
  }

  /**
   * Returns the layers' identities.
   *
   * @return DiffIDs, bottom first; unmodifiable
   */
  public List<DiffId> diffIds() {
    return diffIds;
  }

  /**
   * Returns how the image came to be.
   *
   * @return the steps, first to last; unmodifiable; not necessarily one for each layer
   */
  public List<History> history() {
    return history;
  }

  /** Docker writes strings that aren't set as empty strings. */
  private Optional<String> executionText(String name) {
    try {
      return text(execution, name);
    } catch (MalformedImageException e) {
      throw new AssertionError("checked when it was read", e);
    }
  }

  private static Optional<String> text(JsonObject json, String name)
      throws MalformedImageException {
    return json.optionalString(name).filter(value -> !value.isEmpty());
  }

  private static Set<String> keys(JsonObject json, String name) throws MalformedImageException {
    return json.optionalObject(name).orElse(JsonObject.empty()).names();
  }

  private static Optional<Instant> time(JsonObject json, String name)
      throws MalformedImageException {
    Optional<String> text = text(json, name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text.get()).toInstant());
    } catch (DateTimeParseException e) {
      throw json.malformed(name, "not a time (RFC 3339, section 5.6)");
    }
  }

  private static List<DiffId> diffIds(JsonObject rootfs, Limits limits) throws IOException {
    if (!rootfs.string("type").equals("layers")) {
      throw rootfs.malformed("type", "must be 'layers' (config.md, rootfs)");
    }
    Documents.requirePresent(rootfs, "diff_ids");
    List<String> texts = rootfs.strings("diff_ids");
    if (texts.size() > limits.maxLayers()) {
      throw new LimitExceededException(
          rootfs.place() + ".diff_ids", "maxLayers", limits.maxLayers());
    }
    List<DiffId> diffIds = new ArrayList<>();
    for (String text : texts) {
      diffIds.add(DiffId.parse(text));
    }
    return List.copyOf(diffIds);
  }

  private static List<History> history(JsonObject json) throws MalformedImageException {
    List<History> history = new ArrayList<>();
    for (JsonObject step : json.objects("history")) {
      history.add(new History(
          time(step, "created"),
          text(step, "created_by"),
          text(step, "author"),
          text(step, "comment"),
          step.flag("empty_layer")));
    }
    return List.copyOf(history);
  }
}
