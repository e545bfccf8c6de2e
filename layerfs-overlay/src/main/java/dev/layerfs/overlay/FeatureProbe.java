package dev.layerfs.overlay;

import dev.layerfs.posix.Errno;
import dev.layerfs.spi.MountBackend.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Asks the kernel what it can do, by preparing mounts that are never made. */
final class FeatureProbe {
  private static final RawPath ROOT = RawPath.ofText("/");

  private final MountCalls calls;

  FeatureProbe(MountCalls calls) {
    this.calls = calls;
  }

  /**
   * Asks overlayfs.
   *
   * @throws KernelError if this process can't mount
   */
  KernelFeatures overlay() throws KernelError {
    try (FsContext context = FsContext.open(calls, "overlay", "overlay")) {
      if (succeeds(() -> context.string("layerfs-probe", "no option"))) {
        return KernelFeatures.ofRelease(System.getProperty("os.version"));
      }
      Set<OverlayOption> options = EnumSet.noneOf(OverlayOption.class);
      for (OverlayOption option : OverlayOption.values()) {
        if (succeeds(() -> option.set(context))) {
          options.add(option);
        }
      }
      try (Descriptor root = Descriptor.of(calls, ROOT)) {
        return new KernelFeatures(
            options,
            succeeds(() -> context.string("lowerdir+", ROOT)),
            succeeds(() -> context.descriptor("lowerdir+", root)));
      }
    }
  }

  /** A step of the preparation of a mount. */
  private interface Step {
    void run() throws KernelError;
  }

  /**
   * Does a step.
   *
   * @return false if the kernel doesn't know what it is told
   */
  private static boolean succeeds(Step step) throws KernelError {
    try {
      step.run();
      return true;
    } catch (KernelError e) {
      if (e.is(Errno.EINVAL)) {
        return false;
      }
      throw e;
    }
  }

  /** Returns the default that a kernel has for an option, as its module tells it. */
  private static String kernelDefault(OverlayOption option) {
    String name = option == OverlayOption.XINO ? "xino_auto" : option.key();
    try {
      String text =
          Files.readString(Path.of("/sys/module/overlay/parameters", name)).strip();
      return "; without it this kernel would have it " + (text.equals("Y") ? "on" : "off");
    } catch (IOException e) {
      return ""; // not every option has a default, nor every kernel sysfs
    }
  }

  /** Explains what was found. */
  static List<Feature> explain(KernelFeatures features) {
    List<Feature> list = new ArrayList<>();
    list.add(new Feature(
        "lowerdir+",
        features.oneByOne(),
        "unions of up to 500 layers; without it as many as fit 4095 bytes"));
    list.add(new Feature(
        "layers by descriptor", features.byDescriptor(), "directories with names of any length"));
    for (OverlayOption option : OverlayOption.values()) {
      list.add(
          new Feature(option.text(), features.has(option), option.use() + kernelDefault(option)));
    }
    return list;
  }
}
