package dev.layerfs.erofs;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Walks an image that may have loops, files of exbibytes and damage, and tells what it saw of it. */
final class BoundedWalk {
  private static final int MAX_STEPS = 500;
  private static final int MAX_CONTENT = 10_000;

  private final ErofsImage image;
  private final Deque<Long> rest = new ArrayDeque<>();

  BoundedWalk(ErofsImage image) {
    this.image = image;
  }

  /** A line for each inode, in the order of the walk: what is there, or why it can't be read. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    rest.add(image.root());
    while (!rest.isEmpty() && lines.size() < MAX_STEPS) {
      long nid = rest.pop();
      try {
        lines.add(nid + ": " + line(nid));
      } catch (IOException e) {
        lines.add(nid + ": " + e.getMessage());
      }
    }
    return lines;
  }

  private String line(long nid) throws IOException {
    StringBuilder line = new StringBuilder(image.stat(nid).toString());
    for (Name name : image.xattrs(nid)) {
      line.append(' ').append(name).append('=').append(Arrays.toString(image.xattr(nid, name)));
    }
    FileType type = image.type(nid);
    if (type == FileType.DIRECTORY) {
      line.append(' ').append(children(nid));
    } else if (type == FileType.SYMLINK) {
      line.append(' ').append(Arrays.toString(image.readLink(nid)));
    } else if (type == FileType.REGULAR) {
      ByteBuffer content = ByteBuffer.allocate(MAX_CONTENT);
      image.read(nid, 0, content);
      image.read(nid, image.size(nid) / 2, ByteBuffer.allocate(MAX_CONTENT));
      line.append(' ').append(content.flip().hashCode());
    }
    return line.toString();
  }

  private List<DirectoryEntry> children(long directory) throws IOException {
    List<DirectoryEntry> children = image.list(directory);
    for (DirectoryEntry child : children) {
      image.lookup(directory, child.name());
      rest.add(child.inode());
    }
    image.lookup(directory, Name.of("absent"));
    return children;
  }

  /**
   * Requires what has to be right in every tree that was written here, whatever its layers: names in order, each found, with
   * the type that the directory says.
   *
   * @throws IllegalStateException if something is not
   */
  void requireOrder() throws IOException {
    rest.add(image.root());
    for (int step = 0; step < MAX_STEPS && !rest.isEmpty(); step++) {
      long directory = rest.pop();
      Name previous = null;
      for (DirectoryEntry child : image.list(directory)) {
        boolean found = image.lookup(directory, child.name()).nid() == child.inode();
        boolean inOrder = previous == null || previous.compareTo(child.name()) < 0;
        if (!found || !inOrder || image.type(child.inode()) != child.type()) {
          throw new IllegalStateException("out of order: " + child + " after " + previous);
        }
        previous = child.name();
        image.stat(child.inode());
        image.allXattrs(child.inode());
        if (child.type() == FileType.DIRECTORY) {
          rest.add(child.inode());
        } else if (child.type() == FileType.SYMLINK) {
          image.readLink(child.inode());
        }
      }
    }
  }
}
