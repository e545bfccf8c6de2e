package dev.layerfs.union;

import dev.layerfs.posix.Aspect;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.NodeAttributes;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Compares an object of one tree with that of another. Reads content only where nothing else tells. */
public final class NodeComparison {
  private static final int BUFFER = 64 << 10;

  private final PosixView base;
  private final PosixView other;
  private final SameContent sameContent;

  /** What is known about content without reading it. */
  @FunctionalInterface
  public interface SameContent {
    /** Whether two files of the same size, of which one has a node in the other tree, surely have the same content. */
    boolean isSure(Stat base, Node node, Stat other) throws IOException;
  }

  /** Compares objects of two trees. */
  public NodeComparison(PosixView base, PosixView other, SameContent sameContent) {
    this.base = base;
    this.other = other;
    this.sameContent = sameContent;
  }

  /**
   * Returns what an object differs in; a directory's time is among it, what is in the directory is not.
   *
   * @param inBase an object of the base
   * @param before its attributes
   * @param inOther an object of the other tree
   * @param after its attributes
   */
  public Set<Aspect> differences(
      Node inBase, NodeAttributes before, Node inOther, NodeAttributes after) throws IOException {
    Set<Aspect> found = ofAttributes(before.stat(), after.stat());
    addIf(found, xattrsDiffer(inBase, before, inOther, after), Aspect.XATTRS);
    addOfContent(found, inBase, before.stat(), inOther, after.stat());
    return found;
  }

  private void addOfContent(Set<Aspect> found, Node inBase, Stat before, Node inOther, Stat after)
      throws IOException {
    addIf(found, targetsDiffer(inBase, before, inOther, after), Aspect.TARGET);
    boolean newContent = areFiles(before, after)
        && (before.size() != after.size()
            || !sameContent.isSure(before, inOther, after)
                && (found.contains(Aspect.TIME) || contentDiffers(inBase, inOther)));
    addIf(found, newContent, Aspect.CONTENT);
  }

  /**
   * Returns something that an object differs in, if it does: as little is looked at as will do. Empty if {@link #differences}
   * would be.
   */
  public Set<Aspect> someDifference(
      Node inBase, NodeAttributes before, Node inOther, NodeAttributes after) throws IOException {
    Set<Aspect> found = ofAttributes(before.stat(), after.stat());
    return found.isEmpty() ? differences(inBase, before, inOther, after) : found;
  }

  private static boolean areFiles(Stat before, Stat after) {
    return before.type() == FileType.REGULAR && after.type() == FileType.REGULAR;
  }

  private static Set<Aspect> ofAttributes(Stat before, Stat after) {
    Set<Aspect> found = EnumSet.noneOf(Aspect.class);
    addIf(found, before.type() != after.type(), Aspect.TYPE);
    addIf(found, before.mode() != after.mode(), Aspect.MODE);
    addIf(found, before.uid() != after.uid() || before.gid() != after.gid(), Aspect.OWNER);
    addIf(
        found,
        before.rdevMajor() != after.rdevMajor() || before.rdevMinor() != after.rdevMinor(),
        Aspect.DEVICE);
    addIf(
        found,
        before.mtimeSeconds() != after.mtimeSeconds() || before.mtimeNanos() != after.mtimeNanos(),
        Aspect.TIME);
    return found;
  }

  private static void addIf(Set<Aspect> found, boolean differs, Aspect aspect) {
    if (differs) {
      found.add(aspect);
    }
  }

  private boolean targetsDiffer(Node inBase, Stat before, Node inOther, Stat after)
      throws IOException {
    return before.type() == FileType.SYMLINK
        && after.type() == FileType.SYMLINK
        && !Arrays.equals(base.readLink(inBase), other.readLink(inOther));
  }

  private boolean xattrsDiffer(
      Node inBase, NodeAttributes before, Node inOther, NodeAttributes after) throws IOException {
    if (!before.xattrs().equals(after.xattrs())) {
      return true;
    }
    for (Name name : before.xattrs()) {
      if (!Arrays.equals(base.xattr(inBase, name), other.xattr(inOther, name))) {
        return true;
      }
    }
    return false;
  }

  private boolean contentDiffers(Node inBase, Node inOther) throws IOException {
    try (FileHandle before = base.open(inBase, EnumSet.of(OpenFlag.READ));
        FileHandle after = other.open(inOther, EnumSet.of(OpenFlag.READ))) {
      ByteBuffer left = ByteBuffer.allocate(BUFFER);
      ByteBuffer right = ByteBuffer.allocate(BUFFER);
      for (long position = 0; ; position += BUFFER) {
        fill(before, position, left);
        fill(after, position, right);
        if (!left.equals(right)) {
          return true;
        }
        if (left.remaining() < BUFFER) {
          return false;
        }
      }
    }
  }

  private static void fill(FileHandle file, long position, ByteBuffer buffer) throws IOException {
    buffer.clear();
    long at = position;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, at);
      if (read <= 0) {
        break;
      }
      at += read;
    }
    buffer.flip();
  }
}
