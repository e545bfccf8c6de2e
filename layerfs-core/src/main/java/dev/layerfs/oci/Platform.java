package dev.layerfs.oci;

import com.google.common.base.CharMatcher;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an image runs on (image-index.md, "platform"), in the vocabulary of Go's {@code GOOS} and {@code GOARCH}. A value
 * keeps what the document says; {@link #normalized} gives the form to compare.
 *
 * @param os the operating system, for example {@code linux}
 * @param architecture the processor architecture, for example {@code arm64}
 * @param variant the architecture's variant, for example {@code v7}
 * @param osVersion the operating system's version; matters on Windows only
 * @param osFeatures what the operating system must have, for example {@code win32k}
 */
public record Platform(
    String os,
    String architecture,
    Optional<String> variant,
    Optional<String> osVersion,
    List<String> osFeatures) {
  private static final int MAX_PART_LENGTH = 64;
  private static final CharMatcher PART = Grammar.ALPHANUMERIC.or(CharMatcher.anyOf("_.-"));

  /** Copies the features. */
  public Platform {
    osFeatures = List.copyOf(osFeatures);
  }

  /**
   * Makes a platform of the two parts that every platform has.
   *
   * @param os the operating system
   * @param architecture the architecture
   * @return a new platform
   */
  public static Platform of(String os, String architecture) {
    return new Platform(os, architecture, Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * Parses {@code os/architecture} or {@code os/architecture/variant}, for example {@code linux/arm64/v8}.
   *
   * @param text what a user wrote
   * @return the platform, {@linkplain #normalized() normalized}
   * @throws MalformedImageException if it has other parts, or a part has other characters than letters, digits and
   *     {@code _.-}
   */
  public static Platform parse(String text) throws MalformedImageException {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new MalformedImageException(
          "platform '" + text + "'", "must be os/architecture or os/architecture/variant");
    }
    for (String part : parts) {
      if (!isPart(part)) {
        throw new MalformedImageException(
            "platform '" + text + "'", "a part has 1 to 64 letters, digits or _.-");
      }
    }
    Optional<String> variant = parts.length == 3 ? Optional.of(parts[2]) : Optional.empty();
    return new Platform(parts[0], parts[1], variant, Optional.empty(), List.of()).normalized();
  }

  /**
   * Returns the platform of a Java virtual machine.
   *
   * @param osName the value of the system property {@code os.name}
   * @param osArch the value of the system property {@code os.arch}
   * @return the platform, {@linkplain #normalized() normalized}
   */
  public static Platform host(String osName, String osArch) {
    String name = osName.toLowerCase(Locale.ROOT);
    String os = name.startsWith("windows") ? "windows" : name.startsWith("mac") ? "darwin" : name;
    String architecture = osArch.toLowerCase(Locale.ROOT);
    if (architecture.startsWith("arm") && !architecture.equals("arm64")) {
      architecture = "arm";
    }
    return of(os, architecture).normalized();
  }

  /**
   * Returns the platform of this Java virtual machine.
   *
   * @return {@link #host(String, String)} of the system properties
   */
  public static Platform host() {
    return host(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static Platform of(JsonObject json) throws MalformedImageException {
    return new Platform(
        json.string("os"),
        json.string("architecture"),
        json.optionalString("variant").filter(variant -> !variant.isEmpty()),
        json.optionalString("os.version").filter(version -> !version.isEmpty()),
        json.strings("os.features"));
  }

  /**
   * Returns the one form of all spellings of a platform, as containerd's {@code platforms.Normalize} defines it: lower case,
   * {@code x86_64} is {@code amd64}, {@code aarch64} is {@code arm64}, {@code armhf} is {@code arm/v7}; the variants that an
   * architecture has anyway ({@code amd64/v1}, {@code arm64/v8}) are left out, the one that {@code arm} means ({@code v7}) is
   * named.
   *
   * @return an equivalent platform
   */
  public Platform normalized() {
    String newOs = os.toLowerCase(Locale.ROOT);
    String arch = architecture.toLowerCase(Locale.ROOT);
    String newVariant = variant.orElse("").toLowerCase(Locale.ROOT);
    switch (arch) {
      case "i386", "i486", "i586", "i686", "x86" -> {
        arch = "386";
        newVariant = "";
      }
      case "x86_64", "x86-64", "amd64" -> {
        arch = "amd64";
        newVariant = newVariant.equals("v1") ? "" : newVariant;
      }
      case "aarch64", "arm64" -> {
        arch = "arm64";
        newVariant = newVariant.equals("8") || newVariant.equals("v8") ? "" : newVariant;
      }
      case "armhf" -> {
        arch = "arm";
        newVariant = "v7";
      }
      case "armel" -> {
        arch = "arm";
        newVariant = "v6";
      }
      case "arm" -> newVariant = armVariant(newVariant);
      default -> {
        // Other architectures have one spelling.
      }
    }
    return new Platform(
        newOs.equals("macos") ? "darwin" : newOs,
        arch,
        newVariant.isEmpty() ? Optional.empty() : Optional.of(newVariant),
        osVersion,
        osFeatures);
  }

  private static String armVariant(String variant) {
    return switch (variant) {
      case "" -> "v7";
      case "5", "6", "7", "8" -> "v" + variant;
      default -> variant;
    };
  }

  /** {@code os/architecture} or {@code os/architecture/variant}, as written. */
  @Override
  public String toString() {
    return os + '/' + architecture + variant.map(v -> '/' + v).orElse("");
  }

  JsonObject toJson() {
    JsonObject json = JsonObject.empty().with("architecture", architecture).with("os", os);
    if (osVersion.isPresent()) {
      json = json.with("os.version", osVersion.get());
    }
    if (!osFeatures.isEmpty()) {
      List<Json> features = osFeatures.stream().<Json>map(Json.Text::new).toList();
      json = json.with("os.features", new Json.Array(features));
    }
    return variant.isPresent() ? json.with("variant", variant.get()) : json;
  }

  private static boolean isPart(String part) {
    return !part.isEmpty() && part.length() <= MAX_PART_LENGTH && PART.matchesAllOf(part);
  }
}
