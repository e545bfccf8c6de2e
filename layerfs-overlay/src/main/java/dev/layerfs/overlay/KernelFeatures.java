package dev.layerfs.overlay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a kernel's overlayfs can do.
 *
 * @param options the options it knows
 * @param oneByOne whether it takes lower layers one at a time ({@code lowerdir+}, Linux 6.8)
 * @param byDescriptor whether it takes layers as descriptors of their directories (Linux 6.13)
 */
record KernelFeatures(Set<OverlayOption> options, boolean oneByOne, boolean byDescriptor) {
  /** Copies the set. */
  KernelFeatures {
    options = Set.copyOf(options);
  }

  /** Tells whether an option is known. */
  boolean has(OverlayOption option) {
    return options.contains(option);
  }

  /**
   * Says what a kernel can do that can't be asked: because this process may not, or because the kernel, before 6.5, looks at
   * options only when it mounts.
   *
   * @param release what {@code uname -r} says
   */
  static KernelFeatures ofRelease(String release) {
    Path parameters = Path.of("/sys/module/overlay/parameters");
    return ofRelease(release, name -> Files.exists(parameters.resolve(name)));
  }

  /**
   * Says what a kernel can do by its release and the parameters of its module.
   *
   * @param release what {@code uname -r} says
   * @param parameter whether the module has a parameter; most options have one for their default
   */
  static KernelFeatures ofRelease(String release, Predicate<String> parameter) {
    Set<OverlayOption> options = EnumSet.noneOf(OverlayOption.class);
    for (OverlayOption option : OverlayOption.values()) {
      boolean known = switch (option) {
        case UUID -> isAtLeast(release, 6, 6);
        case USERXATTR -> isAtLeast(release, 5, 11);
        case VOLATILE -> isAtLeast(release, 5, 10);
        case XINO -> parameter.test("xino_auto");
        default -> parameter.test(option.key());
      };
      if (known) {
        options.add(option);
      }
    }
    return new KernelFeatures(options, false, false);
  }

  private static boolean isAtLeast(String release, int major, int minor) {
    String[] numbers = release.split("[^0-9]+", 3);
    if (numbers.length < 2 || numbers[0].isEmpty() || numbers[1].isEmpty()) {
      return false;
    }
    int difference = Integer.compare(Integer.parseInt(numbers[0]), major);
    return difference > 0 || difference == 0 && Integer.parseInt(numbers[1]) >= minor;
  }
}
