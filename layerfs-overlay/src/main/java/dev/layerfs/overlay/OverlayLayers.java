package dev.layerfs.overlay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The layers of an overlay in its line of the mount table. They are there as they were told to the kernel: each as {@code
 * lowerdir+=}, or all of them as {@code lowerdir=} with colons between and backslashes before what is no separator. Over
 * either lie the escapes of the table, for commas, too.
 */
final class OverlayLayers {
  private static final String ALL = "lowerdir=";
  private static final String ONE = "lowerdir+=";

  private OverlayLayers() {}

  /**
   * Returns the lower layers, the topmost first, without those that are only for data.
   *
   * @param options the file system's options, as they are in the table; relative paths, which nobody can tell the meaning of,
   *     are left out
   */
  static List<Path> lowers(byte[] options) {
    List<RawPath> lowers = new ArrayList<>();
    for (byte[] option : MountTable.split(options, ',')) {
      byte[] plain = MountTable.unescape(option);
      String start = new String(plain, StandardCharsets.ISO_8859_1);
      if (start.startsWith(ONE)) {
        lowers.add(new RawPath(Arrays.copyOfRange(plain, ONE.length(), plain.length)));
      } else if (start.startsWith(ALL)) {
        addAll(plain, lowers);
      }
    }
    return lowers.stream()
        .filter(lower -> lower.bytes().length > 0 && lower.bytes()[0] == '/')
        .map(RawPath::toPath)
        .toList();
  }

  private static void addAll(byte[] option, List<RawPath> lowers) {
    ByteArrayOutputStream lower = new ByteArrayOutputStream();
    for (int i = ALL.length(); i < option.length; i++) {
      if (option[i] == ':') {
        if (lower.size() == 0) {
          return; // layers behind two colons hold data only
        }
        lowers.add(new RawPath(lower.toByteArray()));
        lower.reset();
      } else {
        i += option[i] == '\\' && i + 1 < option.length ? 1 : 0;
        lower.write(option[i]);
      }
    }
    lowers.add(new RawPath(lower.toByteArray()));
  }
}
