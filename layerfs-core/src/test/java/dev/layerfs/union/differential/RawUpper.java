package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads an upper in overlayfs's format as it is on the disk, without any code of the union engine. Notes that nobody needs
 * to read an upper ({@code origin}, {@code impure}, layerfs's inode numbers) are left out.
 */
final class RawUpper {
  private static final String ATTRIBUTES = "unix:mode,uid,gid,nlink,rdev,lastModifiedTime";
  private static final String OVERLAY = "overlay.";
  private static final Set<String> NOTES =
      Set.of("overlay.origin", "overlay.impure", "overlay.uuid", "overlay.layerfs.ino");

  /** Other attributes as the JDK keeps them; they are compared where they are seen. */
  private static final String KEPT = "overlay.layerfs.x.";

  /** {@link StandIn#ATTRIBUTE} as the JDK calls it. */
  private static final String OVERRIDE = StandIn.ATTRIBUTE.substring("user.".length());

  private final SortedMap<String, TreeEntry> entries = new TreeMap<>();

  private RawUpper() {}

  /** Returns what is in a directory; nothing at all if there is none. */
  static Tree read(Path directory) throws IOException {
    RawUpper tree = new RawUpper();
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      tree.add("", directory);
    }
    return new Tree(tree.entries);
  }

  /** Returns what an upper holds of each case. */
  static List<Tree> ofCases(Path upper, List<Case> cases) throws IOException {
    List<Tree> trees = new ArrayList<>();
    for (Case one : cases) {
      trees.add(read(upper.resolve(one.directory())));
    }
    return trees;
  }

  private void add(String path, Path place) throws IOException {
    TreeEntry entry = entry(place);
    entries.put(path, entry);
    if (entry.isDirectory()) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(place)) {
        for (Path child : children) {
          String name = child.getFileName().toString();
          add(path.isEmpty() ? name : path + "/" + name, child);
        }
      }
    }
  }

  private static TreeEntry entry(Path place) throws IOException {
    Map<String, Object> stat = Files.readAttributes(place, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) get(stat, "mode");
    long rdev = (Long) get(stat, "rdev");
    FileType type = FileType.ofMode(mode);
    if (type == FileType.CHARACTER_DEVICE && rdev == 0) {
      return TreeEntry.WHITEOUT;
    }
    String content = switch (type) {
      case REGULAR -> Files.readString(place, StandardCharsets.UTF_8);
      case SYMLINK -> Files.readSymbolicLink(place).toString();
      case CHARACTER_DEVICE -> (rdev >> 8) + ":" + (rdev & 0xFF); // small numbers only
      default -> "";
    };
    Instant mtime = ((FileTime) get(stat, "lastModifiedTime")).toInstant();
    TreeEntry entry = TreeEntry.of(type, mode & 07777, content, (Integer) get(stat, "nlink"))
        .withOwnerAndTime(
            Integer.toUnsignedLong((Integer) get(stat, "uid")),
            Integer.toUnsignedLong((Integer) get(stat, "gid")),
            mtime.getEpochSecond(),
            mtime.getNano());
    boolean attributes = type == FileType.REGULAR || type == FileType.DIRECTORY;
    return attributes ? withMarks(place, entry) : entry;
  }

  private static Object get(Map<String, Object> attributes, String name) {
    return Objects.requireNonNull(attributes.get(name), name);
  }

  private static TreeEntry withMarks(Path place, TreeEntry entry) throws IOException {
    UserDefinedFileAttributeView view = Files.getFileAttributeView(
        place, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    SortedSet<String> marks = new TreeSet<>();
    TreeEntry found = entry;
    for (String name : view.list()) {
      if (name.equals(OVERRIDE)) {
        found = StandIn.represented(entry, value(view, name));
      } else if (name.startsWith(OVERLAY) && !name.startsWith(KEPT) && !NOTES.contains(name)) {
        marks.add(name.substring(OVERLAY.length()) + "=" + value(view, name));
      }
    }
    marks.addAll(found.marks());
    return found.withMarks(marks);
  }

  private static String value(UserDefinedFileAttributeView view, String name) throws IOException {
    ByteBuffer value = ByteBuffer.allocate(view.size(name));
    view.read(name, value);
    return new String(value.array(), StandardCharsets.ISO_8859_1);
  }
}
