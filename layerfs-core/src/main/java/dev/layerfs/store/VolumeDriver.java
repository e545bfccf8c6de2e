package dev.layerfs.store;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.spi.Redaction;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/** Where the content of a volume is. Texts that show one never have a password in them. */
public sealed interface VolumeDriver {
  /**
   * In the store, in the volume's directory {@code data}.
   *
   * @param format how objects are kept there: {@link #PLAIN}, or the name of a format of uppers
   */
  record Data(String format) implements VolumeDriver {
    /** Every object is what it is, with its owner and all its attributes. */
    public static final String PLAIN = "plain";

    /** Whether objects are what they are on the host. */
    public boolean isPlain() {
      return format.equals(PLAIN);
    }

    /** Whether what the host can't keep of an object is in a file beside it. */
    boolean hasSideFiles() {
      return Upper.hasSideFiles(new Upper.Format(format));
    }
  }

  /**
   * A file system that {@code mount(8)} mounts when the volume is first used, as docker's local driver does.
   *
   * @param type what {@code mount -t} is given, such as {@code nfs}
   * @param device what is mounted
   * @param options what {@code mount -o} is given, one by one; passwords among them
   */
  record Kernel(String type, String device, List<String> options) implements VolumeDriver {
    /** Copies the options. */
    public Kernel {
      options = List.copyOf(options);
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return type + " " + Redaction.text(device) + " " + Redaction.options(options);
    }
  }

  /**
   * A directory or file of any {@code java.nio.file} provider.
   *
   * @param uri its place; a password in it is taken out
   */
  record Location(URI uri) implements VolumeDriver {
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

  /** Adds what says which this is to a record. */
  default JsonObject addTo(JsonObject json) {
    if (this instanceof Data data) {
      return json.with("driver", "data").with("format", data.format());
    }
    if (this instanceof Kernel kernel) {
      List<Json> options = kernel.options().stream().<Json>map(Json.Text::new).toList();
      return json.with("driver", "kernel")
          .with("type", kernel.type())
          .with("device", kernel.device())
          .with("options", new Json.Array(options));
    }
    return json.with("driver", "location").with("uri", ((Location) this).uri().toString());
  }

  /** Reads what {@link #addTo} has written. */
  static VolumeDriver parse(JsonObject fields) throws IOException {
    return switch (fields.string("driver")) {
      case "data" -> new Data(fields.string("format"));
      case "kernel" ->
        new Kernel(fields.string("type"), fields.string("device"), fields.strings("options"));
      case "location" -> new Location(URI.create(fields.string("uri")));
      default -> throw fields.malformed("driver", "is unknown");
    };
  }
}
