package dev.layerfs.union;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A tree as the host's kernel shows it, described so that it can be compared with a view. */
final class HostTree {
  private HostTree() {}

  /** Describes the tree in a directory of the host. */
  static String describe(Path directory) throws IOException {
    StringBuilder out = new StringBuilder();
    describe(new OverlayfsFiles(directory, true), directory, "", out);
    return out.toString();
  }

  private static void describe(OverlayfsFiles host, Path place, String path, StringBuilder out)
      throws IOException {
    Stat stat = host.stat(place);
    line(path, stat, out);
    if (stat.type() == FileType.REGULAR || stat.type() == FileType.DIRECTORY) {
      List<Name> names = new ArrayList<>(host.xattrs(place));
      Collections.sort(names);
      for (Name name : names) {
        attribute(name, host.xattr(place, name), out);
      }
    }
    if (stat.type() == FileType.REGULAR) {
      out.append(java.util.Arrays.hashCode(Files.readAllBytes(place)));
    } else if (stat.type() == FileType.SYMLINK) {
      out.append(Name.decode(host.readLink(place)));
    }
    out.append('\n');
    if (stat.type() == FileType.DIRECTORY) {
      List<Name> names = new ArrayList<>(host.list(place));
      Collections.sort(names);
      for (Name name : names) {
        describe(host, host.resolve(place, name), path + "/" + name, out);
      }
    }
  }

  /** Describes a view in the same way. */
  static String describe(PosixView view) throws IOException {
    StringBuilder out = new StringBuilder();
    describe(view, view.root(), "", out);
    return out.toString();
  }

  private static void describe(PosixView view, Node node, String path, StringBuilder out)
      throws IOException {
    Stat stat = view.stat(node);
    line(path, stat, out);
    for (Name name : view.xattrs(node)) {
      attribute(name, view.xattr(node, name), out);
    }
    if (stat.type() == FileType.REGULAR) {
      out.append(java.util.Arrays.hashCode(ViewTree.content(view, node)));
    } else if (stat.type() == FileType.SYMLINK) {
      out.append(Name.decode(view.readLink(node)));
    }
    out.append('\n');
    if (stat.type() == FileType.DIRECTORY) {
      for (DirectoryEntry entry : view.list(node)) {
        Node child = view.lookup(node, entry.name());
        if (child == null) {
          throw new AssertionError(path + "/" + entry.name() + " is listed but not found");
        }
        describe(view, child, path + "/" + entry.name(), out);
      }
    }
  }

  /** Not compared: what the JDK can't read from a kernel (other namespaces), or what a kernel counts otherwise. */
  private static void attribute(Name name, byte[] value, StringBuilder out) {
    if (name.toString().startsWith("user.")) {
      out.append(name).append('=').append(java.util.Arrays.toString(value)).append(' ');
    }
  }

  private static void line(String path, Stat s, StringBuilder out) {
    out.append(path).append('/').append(' ').append(s.type());
    out.append(" 0").append(Integer.toOctalString(s.mode())).append(' ').append(s.uid());
    out.append(':').append(s.gid()).append(' ').append(s.mtimeSeconds());
    out.append('.').append(s.mtimeNanos()).append(' ');
    if (s.type() != FileType.DIRECTORY) {
      out.append(s.size()).append(" links ").append(s.links()).append(' ');
    }
  }
}
