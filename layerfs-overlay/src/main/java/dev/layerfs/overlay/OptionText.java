package dev.layerfs.overlay;

import dev.layerfs.spi.MountBackend.Union;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The options of a union as {@code mount(2)} and {@code mount(8)} take them: text in which paths have escapes. */
final class OptionText {
  /** A page without the zero at its end: {@code copy_mount_options} in {@code fs/namespace.c}. */
  static final int MAX_LENGTH = 4095;

  private OptionText() {}

  /** Returns the options, not yet joined. */
  static List<RawPath> of(Union union, KernelFeatures features) {
    List<RawPath> options = new ArrayList<>();
    RawPath lowers = RawPath.ofText("lowerdir=");
    String separator = "";
    for (Path lower : union.lowers()) {
      lowers =
          lowers.append(RawPath.ofText(separator).bytes()).append(escape(lower).bytes());
      separator = ":";
    }
    options.add(lowers);
    options.add(RawPath.ofText("upperdir=").append(escape(union.upper()).bytes()));
    options.add(RawPath.ofText("workdir=").append(escape(union.work()).bytes()));
    for (OverlayOption option : OverlayOption.of(union, features)) {
      options.add(RawPath.ofText(option.text()));
    }
    return options;
  }

  /** Returns options as one text. */
  static RawPath join(List<RawPath> options) {
    RawPath joined = RawPath.ofText("");
    for (RawPath option : options) {
      byte[] separator = joined.bytes().length == 0 ? new byte[0] : new byte[] {','};
      joined = joined.append(separator).append(option.bytes());
    }
    return joined;
  }

  /**
   * Puts a backslash before what ends an option, what ends a layer, what begins a quotation, and itself. Overlayfs drops a
   * backslash before any character. A {@code mount(8)} that counts quotation marks with backslashes, too, as that of util-linux
   * 2.38 does, can't be told an odd number of them.
   */
  static RawPath escape(Path path) {
    ByteArrayOutputStream escaped = new ByteArrayOutputStream();
    for (byte b : RawPath.of(path).bytes()) {
      if (b == '\\' || b == ',' || b == ':' || b == '"') {
        escaped.write('\\');
      }
      escaped.write(b);
    }
    return new RawPath(escaped.toByteArray());
  }
}
