package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A regular file that stands for what can't be made, or can't hold what it should, in the notation of containers/storage. */
final class StandIn {
  /** The attribute that says what a file stands for. */
  static final String ATTRIBUTE = "user.containers.override_stat";

  private static final Pattern OVERRIDE_STAT =
      Pattern.compile("(\\d+):(\\d+):0([0-7]+):(symlink|pipe|char-(\\d+)-(\\d+))");

  private StandIn() {}

  /**
   * Returns what a file stands for, with the file's time.
   *
   * @param file the file
   * @param override the attribute's value
   */
  static TreeEntry represented(TreeEntry file, String override) {
    Matcher m = OVERRIDE_STAT.matcher(override);
    if (!m.matches()) {
      throw new IllegalArgumentException("not a stand-in: " + override);
    }
    String what = m.group(4);
    FileType type = what.equals("symlink")
        ? FileType.SYMLINK
        : what.equals("pipe") ? FileType.FIFO : FileType.CHARACTER_DEVICE;
    String content = m.group(5) == null ? file.content() : m.group(5) + ":" + m.group(6);
    return TreeEntry.of(type, Integer.parseInt(m.group(3), 8), content, file.links())
        .withTimeOf(file, Long.parseLong(m.group(1)), Long.parseLong(m.group(2)))
        .withMark(TreeEntry.STAND_IN);
  }
}
