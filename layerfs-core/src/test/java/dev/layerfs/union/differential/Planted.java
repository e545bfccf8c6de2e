package dev.layerfs.union.differential;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Timespec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An object that is put into a layer or an upper before a case begins.
 *
 * @param path its path in the case's directory; empty for that directory itself
 * @param type what it is; the character device 0:0 is a whiteout
 * @param mode permission, set-id and sticky bits
 * @param content a file's content, a link's target, or the path of the file that this is another name of
 * @param role what else there is to it
 * @param metadata owner, times and attributes; its modes are not used
 */
record Planted(String path, FileType type, int mode, String content, Role role, Metadata metadata) {

  /** What an object is to the union. */
  enum Role {
    /** Nothing in particular. */
    PLAIN,
    /** A directory that hides what is beneath. */
    OPAQUE,
    /** A whiteout. */
    WHITEOUT,
    /** Another name of a file. */
    HARD_LINK
  }

  /** The device that planted character devices are: one for local use, which no kernel has. */
  static final int MAJOR = 60;

  /** The device that planted character devices are. */
  static final int MINOR = 1;

  static Planted file(String path, int mode, String content, Metadata metadata) {
    return new Planted(path, FileType.REGULAR, mode, content, Role.PLAIN, metadata);
  }

  static Planted directory(String path, int mode, Metadata metadata) {
    return new Planted(path, FileType.DIRECTORY, mode, "", Role.PLAIN, metadata);
  }

  static Planted special(String path, FileType type, int mode, Metadata metadata) {
    return new Planted(path, type, mode, "", Role.PLAIN, metadata);
  }

  static Planted symlink(String path, String target, Metadata metadata) {
    return new Planted(path, FileType.SYMLINK, 0777, target, Role.PLAIN, metadata);
  }

  static Planted hardLink(String path, String existing, Metadata metadata) {
    return new Planted(path, FileType.REGULAR, 0, existing, Role.HARD_LINK, metadata);
  }

  static Planted whiteout(String path) {
    return new Planted(path, FileType.CHARACTER_DEVICE, 0, "", Role.WHITEOUT, Metadata.PLAIN);
  }

  /**
   * Returns the objects of many cases in one layer, their paths beginning at its root, each after the directory it is in.
   *
   * @param cases the cases
   * @param objectsOf what of a state is in the layer
   */
  static List<Planted> of(List<Case> cases, Function<State, List<Planted>> objectsOf) {
    List<Planted> all = new ArrayList<>();
    Set<String> groups = new HashSet<>();
    for (Case one : cases) {
      List<Planted> objects = objectsOf.apply(one.state());
      if (!objects.isEmpty() && groups.add(one.group())) {
        all.add(directory(one.group(), 0755, Metadata.PLAIN));
      }
      objects.forEach(object -> all.add(object.in(one)));
    }
    return all;
  }

  private Planted in(Case one) {
    String target = role == Role.HARD_LINK ? one.path(content) : content;
    return new Planted(one.path(path), type, mode, target, role, metadata);
  }

  Planted opaque() {
    return new Planted(path, type, mode, content, Role.OPAQUE, metadata);
  }

  /** Returns the major number if this is a device, a whiteout's being 0. */
  int major() {
    return isDevice() ? MAJOR : 0;
  }

  /** Returns the minor number if this is a device, a whiteout's being 0. */
  int minor() {
    return isDevice() ? MINOR : 0;
  }

  private boolean isDevice() {
    return type == FileType.CHARACTER_DEVICE && role == Role.PLAIN;
  }

  Timespec mtime() {
    return metadata.mtime();
  }

  /** Returns the attributes, which only files and directories may have, capabilities only files. */
  Map<String, String> xattrs() {
    boolean able = type == FileType.REGULAR || type == FileType.DIRECTORY;
    if (!able || role == Role.HARD_LINK) {
      return Map.of();
    }
    Map<String, String> xattrs = new TreeMap<>(metadata.xattrs());
    if (type == FileType.DIRECTORY) {
      xattrs.remove(Metadata.CAPABILITY);
    } else {
      xattrs.remove(Metadata.DEFAULT_LIST);
    }
    return xattrs;
  }
}
