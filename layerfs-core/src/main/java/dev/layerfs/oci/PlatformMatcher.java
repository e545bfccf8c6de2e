package dev.layerfs.oci;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Chooses the images that run on a platform, best first, by the rules of containerd's {@code platforms.Only}: an
 * {@code amd64/v3} host runs {@code amd64/v3}, then {@code v2}, {@code amd64} and {@code 386}; an {@code arm/v7} host runs
 * {@code arm/v7}, {@code v6} and {@code v5}; an {@code arm64} host also runs {@code arm/v8} and what that runs. Immutable.
 */
public final class PlatformMatcher {
  private final Platform wanted;
  private final List<Platform> compatible;

  /**
   * Makes a matcher.
   *
   * @param wanted the platform to run on
   */
  public PlatformMatcher(Platform wanted) {
    this.wanted = wanted.normalized();
    this.compatible = compatible(this.wanted);
  }

  /**
   * Says how well an image's platform fits.
   *
   * @param candidate what the image is for
   * @return 0 for the wanted platform itself, more for those that are worse; empty if the image can't run there
   */
  public OptionalInt rank(Platform candidate) {
    Platform platform = candidate.normalized();
    if (!osMatches(platform)) {
      return OptionalInt.empty();
    }
    for (int rank = 0; rank < compatible.size(); rank++) {
      Platform runs = compatible.get(rank);
      if (runs.architecture().equals(platform.architecture())
          && runs.variant().equals(platform.variant())) {
        return OptionalInt.of(rank);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Returns the entries of an index that may run on the platform.
   *
   * @param entries the index's entries
   * @return the entries that match, best first and equals in the index's order (image-index.md: the first one should be
   *     used); after them those that name no platform, whose config has to tell
   */
  public List<Descriptor> select(List<Descriptor> entries) {
    List<List<Descriptor>> byRank = new ArrayList<>();
    for (int rank = 0; rank <= compatible.size(); rank++) {
      byRank.add(new ArrayList<>());
    }
    for (Descriptor entry : entries) {
      Optional<Platform> platform = entry.platform();
      OptionalInt rank =
          platform.isPresent() ? rank(platform.get()) : OptionalInt.of(compatible.size());
      if (rank.isPresent()) {
        byRank.get(rank.getAsInt()).add(entry);
      }
    }
    return byRank.stream().flatMap(List::stream).toList();
  }

  private boolean osMatches(Platform platform) {
    return platform.os().equals(wanted.os())
        && new HashSet<>(wanted.osFeatures()).containsAll(platform.osFeatures())
        && osVersionMatches(platform);
  }

  /** Windows containers need a host of their own build: the first three numbers of the version. */
  private boolean osVersionMatches(Platform platform) {
    if (!wanted.os().equals("windows")
        || wanted.osVersion().isEmpty()
        || platform.osVersion().isEmpty()) {
      return true;
    }
    return build(platform.osVersion().get()).equals(build(wanted.osVersion().get()));
  }

  private static List<String> build(String version) {
    List<String> numbers = List.of(version.split("\\.", -1));
    return numbers.subList(0, Math.min(3, numbers.size()));
  }

  /** The platforms of the same operating system whose programs run on {@code platform}, best first. */
  private static List<Platform> compatible(Platform platform) {
    List<Platform> vector = new ArrayList<>(List.of(platform));
    String variant = platform.variant().orElse("");
    switch (platform.architecture()) {
      case "amd64" -> {
        addOlder(vector, "amd64", variantNumber(variant, 1) - 1, 1);
        vector.add(variantOf(platform, "386", ""));
      }
      case "arm" -> addOlder(vector, "arm", variantNumber(variant, 0) - 1, 5);
      case "arm64" -> {
        addOlderArm64(vector, variant);
        addOlder(vector, "arm", 8, 5);
      }
      default -> {
        // Nothing else is known to run older programs.
      }
    }
    return List.copyOf(vector);
  }

  private static void addOlder(List<Platform> vector, String architecture, int newest, int oldest) {
    for (int number = newest; number >= oldest; number--) {
      vector.add(variantOf(vector.get(0), architecture, "v" + number));
    }
  }

  /** Any ARMv8.x or v9.x runs the programs of the same major version's smaller minor ones, and v9.x is v8.(x+5). */
  private static void addOlderArm64(List<Platform> vector, String variant) {
    boolean nine = variant.equals("v9") || variant.startsWith("v9.");
    int minor = variant.indexOf('.') < 0
        ? 0
        : variantNumber("v" + variant.substring(variant.indexOf('.') + 1), 0);
    if (nine) {
      for (int older = minor - 1; older >= 0; older--) {
        vector.add(variantOf(vector.get(0), "arm64", older == 0 ? "v9" : "v9." + older));
      }
    }
    for (int older = nine ? minor + 5 : minor - 1; older >= 0; older--) {
      vector.add(variantOf(vector.get(0), "arm64", older == 0 ? "v8" : "v8." + older));
    }
  }

  private static Platform variantOf(Platform platform, String architecture, String variant) {
    Optional<String> named = variant.isEmpty() ? Optional.empty() : Optional.of(variant);
    return new Platform(
            platform.os(), architecture, named, platform.osVersion(), platform.osFeatures())
        .normalized();
  }

  /** The number of {@code v1} to {@code v99}, or the default for anything else. */
  private static int variantNumber(String variant, int otherwise) {
    boolean plain = variant.startsWith("v")
        && variant.length() >= 2
        && variant.length() <= 3
        && Grammar.DIGIT.matchesAllOf(variant.substring(1));
    return plain ? Integer.parseInt(variant.substring(1)) : otherwise;
  }
}
