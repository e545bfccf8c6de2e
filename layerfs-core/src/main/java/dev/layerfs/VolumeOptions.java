package dev.layerfs;

import dev.layerfs.spi.Redaction;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a volume is made. Immutable; made by a {@link #builder()}.
 *
 * @param labels labels to keep with it; nothing but the application gives them a meaning
 * @param driver where its content is; if absent, in the store
 */
public record VolumeOptions(Map<String, String> labels, Optional<Driver> driver) {
  /** A volume in the store, without labels. */
  public static final VolumeOptions DEFAULT = new VolumeOptions(Map.of(), Optional.empty());

  /** Copies the labels. */
  public VolumeOptions {
    labels = Map.copyOf(labels);
  }

  /** Where the content of a volume is that is not in the store. No text of one shows a password. */
  public sealed interface Driver {}

  /**
   * A file system that {@code mount(8)} mounts when the volume is first used, as the options of docker's local driver say.
   *
   * @param type the type, such as {@code nfs}, {@code cifs}, {@code ext4} or {@code none}
   * @param device what is mounted
   * @param options what {@code mount -o} is given, one by one
   */
  public record KernelMount(String type, String device, List<String> options) implements Driver {
    /** Copies the options. */
    public KernelMount {
      options = List.copyOf(options);
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return type + " " + Redaction.text(device) + " " + Redaction.options(options);
    }
  }

  /**
   * A directory or file of any {@code java.nio.file} provider, whose file system is open in this process when the volume is.
   *
   * @param uri where; a password in it is taken out, and kept nowhere: it belongs to who opens the file system
   */
  public record Location(URI uri) implements Driver {
    /** Takes a password out. */
    public Location {
      uri = Redaction.withoutPassword(uri);
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return Redaction.uri(uri);
    }
  }

  /**
   * Returns a builder that begins with the defaults.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private final Map<String, String> labels = new LinkedHashMap<>();
    private Optional<Driver> driver = Optional.empty();

    private Builder() {}

    /**
     * Adds a label, or replaces the one with that key.
     *
     * @param key the key, not empty
     * @param value the value
     * @return this builder
     */
    public Builder label(String key, String value) {
      if (key.isEmpty()) {
        throw new IllegalArgumentException("a label needs a key");
      }
      labels.put(key, value);
      return this;
    }

    /**
     * Says where the content is.
     *
     * @param where a file system to be mounted, or a place of another provider
     * @return this builder
     */
    public Builder driver(Driver where) {
      driver = Optional.of(where);
      return this;
    }

    /**
     * Returns the options.
     *
     * @return new options
     */
    public VolumeOptions build() {
      return new VolumeOptions(labels, driver);
    }
  }
}
