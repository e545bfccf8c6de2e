package dev.layerfs;

import dev.layerfs.build.Knowledge;
import dev.layerfs.build.TreeDifference;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixView;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The differences of two trees as a stream, each found when it is asked for. */
final class Comparison extends Spliterators.AbstractSpliterator<Change> {
  private final TreeDifference difference;
  private final Closeable trees;

  private Comparison(TreeDifference difference, Closeable trees) {
    super(Long.MAX_VALUE, DISTINCT | NONNULL);
    this.difference = difference;
    this.trees = trees;
  }

  /**
   * Compares two trees.
   *
   * @param base the one
   * @param other the other
   * @param knowledge tells what need not be looked at
   * @param trees closed with the stream, after the last difference, or if this fails
   * @return how {@code other} differs from {@code base}, each directory before what is in it, names in order
   */
  static Stream<Change> stream(
      PosixView base, PosixView other, Knowledge knowledge, Closeable trees) throws IOException {
    try {
      Comparison comparison = new Comparison(
          new TreeDifference(base, other, knowledge, TreeDifference.Purpose.REPORT), trees);
      return StreamSupport.stream(comparison, false).onClose(comparison::close);
    } catch (IOException | RuntimeException | Error e) {
      OpenRootfs.closeAfter(e, trees);
      throw e;
    }
  }

  @Override
  public boolean tryAdvance(Consumer<? super Change> action) {
    try {
      TreeDifference.Step step = difference.next();
      while (step != null && step.path().isEmpty()) { // the root is nobody's entry
        step = difference.next();
      }
      if (step == null) {
        close();
        return false;
      }
      action.accept(change(step));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Change change(TreeDifference.Step step) {
    StringBuilder path = new StringBuilder();
    for (Name name : step.path()) {
      path.append('/').append(name);
    }
    Change.Kind kind = step.isNew()
        ? Change.Kind.ADDED
        : step.node() == null ? Change.Kind.DELETED : Change.Kind.MODIFIED;
    return new Change(kind, path.toString(), step.aspects());
  }

  private void close() {
    try {
      trees.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
