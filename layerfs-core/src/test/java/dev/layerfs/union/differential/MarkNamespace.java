package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Where overlayfs keeps its marks, which decides what else it does. */
enum MarkNamespace {
  /** For root alone; directories of the image are renamed. */
  TRUSTED("trusted.overlay.", "redirect_dir=on"),
  /** For everyone. */
  USER("user.overlay.", "userxattr");

  /** Semantics, decision 3: distributions change the defaults, so nothing is left to them. */
  private static final String OPTIONS =
      "index=off,metacopy=off,xino=auto,nfs_export=off,uuid=null,";

  /** What nobody needs to read an upper. */
  private static final Set<String> NOTES = Set.of("origin", "impure", "uuid", "layerfs.ino");

  /** Attributes of the container that begin as marks do, and those that layerfs keeps for it. */
  private static final Set<String> OTHERS = Set.of("overlay.", "layerfs.x.");

  private final String prefix;
  private final String option;

  MarkNamespace(String prefix, String option) {
    this.prefix = prefix;
    this.option = option;
  }

  /** Returns the attribute that makes a directory opaque. */
  String opaque() {
    return prefix + "opaque";
  }

  /** Returns the options of a mount, but for its layers. */
  String options() {
    return OPTIONS + option;
  }

  /** Returns an object of an upper as it is meant: a whiteout, what it stands for, or something with marks and no other attributes. */
  TreeEntry meant(TreeEntry stored) {
    if (stored.type() == FileType.CHARACTER_DEVICE && stored.content().equals("0:0")) {
      return TreeEntry.WHITEOUT;
    }
    SortedSet<String> marks = new TreeSet<>();
    for (Map.Entry<String, String> xattr : stored.xattrs().entrySet()) {
      if (xattr.getKey().startsWith(prefix)) {
        String mark = xattr.getKey().substring(prefix.length());
        if (!NOTES.contains(mark) && OTHERS.stream().noneMatch(mark::startsWith)) {
          marks.add(mark + "=" + xattr.getValue());
        }
      }
    }
    TreeEntry bare = stored.withoutXattrs().withMarks(marks);
    String override = stored.xattrs().get(StandIn.ATTRIBUTE);
    return override == null ? bare : StandIn.represented(bare, override);
  }
}
