package dev.layerfs.oci;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes an image's config out of another, or from nothing. Members that layerfs doesn't know stay as they are. The same
 * changes of the same config always make the same bytes.
 *
 * <p>Not safe for use by several threads.
 */
public final class ConfigEditor {
  private JsonObject json;
  private JsonObject execution;

  private ConfigEditor(JsonObject json, JsonObject execution) {
    this.json = json;
    this.execution = execution;
  }

  /**
   * Begins with a config.
   *
   * @param base the config; it stays what it is
   * @return a new editor
   */
  public static ConfigEditor of(ImageConfig base) {
    try {
      JsonObject execution = base.json().optionalObject("config").orElse(JsonObject.empty());
      return new ConfigEditor(base.json(), execution);
    } catch (MalformedImageException e) {
      throw checked(e);
    }
  }

  /**
   * Begins with the config of an image without layers.
   *
   * @param platform what the image runs on
   * @return a new editor
   */
  public static ConfigEditor of(Platform platform) {
    JsonObject rootfs =
        JsonObject.empty().with("type", "layers").with("diff_ids", array(List.of()));
    return new ConfigEditor(platform.toJson().with("rootfs", rootfs), JsonObject.empty());
  }

  /**
   * Sets a variable of the environment, where it stands or after the others.
   *
   * @param name the variable
   * @param value its value
   * @return this editor
   * @throws IllegalArgumentException if the name is empty or has an equals sign
   */
  public ConfigEditor env(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new IllegalArgumentException("no name of a variable: " + name);
    }
    List<String> env = new ArrayList<>(strings(execution, "Env"));
    String entry = name + '=' + value;
    boolean found = false;
    for (int i = 0; i < env.size(); i++) {
      if (env.get(i).startsWith(name + '=') || env.get(i).equals(name)) {
        env.set(i, entry);
        found = true;
      }
    }
    if (!found) {
      env.add(entry);
    }
    return execution("Env", array(env));
  }

  /**
   * Sets the arguments that begin the command.
   *
   * @param arguments the arguments; none of them if empty
   * @return this editor
   */
  public ConfigEditor entrypoint(List<String> arguments) {
    return arguments("Entrypoint", arguments);
  }

  /**
   * Sets the arguments that end the command unless others are given.
   *
   * @param arguments the arguments; none of them if empty
   * @return this editor
   */
  public ConfigEditor cmd(List<String> arguments) {
    return arguments("Cmd", arguments);
  }

  /**
   * Sets whom to run as.
   *
   * @param user {@code user}, {@code uid}, {@code user:group} and so on; empty for root
   * @return this editor
   */
  public ConfigEditor user(String user) {
    return text("User", user);
  }

  /**
   * Sets the command's working directory.
   *
   * @param path an absolute path
   * @return this editor
   */
  public ConfigEditor workingDir(String path) {
    return text("WorkingDir", path);
  }

  /**
   * Sets the signal that asks the command to end.
   *
   * @param signal a name such as {@code SIGTERM}, or a number
   * @return this editor
   */
  public ConfigEditor stopSignal(String signal) {
    return text("StopSignal", signal);
  }

  /**
   * Sets a label.
   *
   * @param key its name
   * @param value its value
   * @return this editor
   */
  public ConfigEditor label(String key, String value) {
    return execution("Labels", object(execution, "Labels").with(key, value));
  }

  /**
   * Names a port that a container listens on.
   *
   * @param port {@code port/tcp}, {@code port/udp} or {@code port}, which stands for {@code port/tcp}
   * @return this editor
   */
  public ConfigEditor exposePort(String port) {
    return key("ExposedPorts", port.indexOf('/') < 0 ? port + "/tcp" : port);
  }

  /**
   * Names a directory whose content should outlive a container.
   *
   * @param path an absolute path
   * @return this editor
   */
  public ConfigEditor volume(String path) {
    return key("Volumes", path);
  }

  /**
   * Says who made the image.
   *
   * @param author a name
   * @return this editor
   */
  public ConfigEditor author(String author) {
    json = json.with("author", author);
    return this;
  }

  /**
   * Says when the image was made.
   *
   * @param time the time
   * @return this editor
   */
  public ConfigEditor created(Instant time) {
    json = json.with("created", time.toString());
    return this;
  }

  /**
   * Adds a layer on top.
   *
   * @param diffId the layer
   * @param step how it came to be
   * @return this editor
   */
  public ConfigEditor layer(DiffId diffId, ImageConfig.History step) {
    List<String> diffIds = new ArrayList<>(diffIds());
    diffIds.add(diffId.toString());
    setDiffIds(diffIds);
    return step(step);
  }

  /**
   * Adds a step to the history.
   *
   * @param step what was done; if it made a layer, {@link #layer} has to be used
   * @return this editor
   */
  public ConfigEditor step(ImageConfig.History step) {
    JsonObject added = JsonObject.empty();
    added = with(added, "created", step.created().map(Instant::toString));
    added = with(added, "created_by", step.createdBy());
    added = with(added, "author", step.author());
    added = with(added, "comment", step.comment());
    if (step.emptyLayer()) {
      added = added.with("empty_layer", Json.Literal.TRUE);
    }
    List<Json> history = new ArrayList<>(history());
    history.add(added);
    json = json.with("history", new Json.Array(history));
    return this;
  }

  private static JsonObject with(JsonObject object, String name, Optional<String> value) {
    return value.isPresent() ? object.with(name, value.get()) : object;
  }

  /**
   * Forgets layers, and what the history says of them and after them.
   *
   * @param count how many stay, from the bottom
   * @return this editor
   */
  public ConfigEditor keepLayers(int count) {
    setDiffIds(diffIds().subList(0, count));
    List<JsonObject> steps = history();
    int kept = 0;
    for (int layers = 0; kept < steps.size(); kept++) {
      layers += isEmpty(steps.get(kept)) ? 0 : 1;
      if (layers > count) {
        break;
      }
    }
    json = json.with("history", new Json.Array(new ArrayList<>(steps.subList(0, kept))));
    return this;
  }

  private static boolean isEmpty(JsonObject step) {
    try {
      return step.flag("empty_layer");
    } catch (MalformedImageException e) {
      throw checked(e);
    }
  }

  /**
   * Returns the config.
   *
   * @return a new config
   * @throws IllegalArgumentException if what was set is not what a config may have
   */
  public ImageConfig build() {
    boolean had = json.names().contains("config");
    JsonObject whole = had || !execution.names().isEmpty() ? json.with("config", execution) : json;
    Limits unlimited = Limits.DEFAULT.toBuilder()
        .maxDocumentBytes(Integer.MAX_VALUE)
        .maxLayers(Integer.MAX_VALUE)
        .build();
    try {
      return ImageConfig.parse(whole.toBytes(), unlimited);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private ConfigEditor arguments(String name, List<String> arguments) {
    return arguments.isEmpty() ? remove(name) : execution(name, array(arguments));
  }

  private ConfigEditor text(String name, String value) {
    return value.isEmpty() ? remove(name) : execution(name, new Json.Text(value));
  }

  private ConfigEditor key(String name, String key) {
    return execution(name, object(execution, name).with(key, JsonObject.empty()));
  }

  private ConfigEditor execution(String name, Json value) {
    execution = execution.with(name, value);
    return this;
  }

  private ConfigEditor remove(String name) {
    execution = execution.without(name);
    return this;
  }

  private List<String> diffIds() {
    return strings(object(json, "rootfs"), "diff_ids");
  }

  private void setDiffIds(List<String> diffIds) {
    json = json.with("rootfs", object(json, "rootfs").with("diff_ids", array(diffIds)));
  }

  private List<JsonObject> history() {
    try {
      return json.objects("history");
    } catch (MalformedImageException e) {
      throw checked(e);
    }
  }

  private static JsonObject object(JsonObject json, String name) {
    try {
      return json.optionalObject(name).orElse(JsonObject.empty());
    } catch (MalformedImageException e) {
      throw checked(e);
    }
  }

  private static List<String> strings(JsonObject json, String name) {
    try {
      return json.strings(name);
    } catch (MalformedImageException e) {
      throw checked(e);
    }
  }

  private static Json.Array array(List<String> texts) {
    return new Json.Array(texts.stream().<Json>map(Json.Text::new).toList());
  }

  private static AssertionError checked(MalformedImageException e) {
    return new AssertionError("checked when it was read", e);
  }
}
