package dev.layerfs.build;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.Stat;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.UpperStack;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of two trees without looking closely. Whatever is not known is compared. */
public interface Knowledge {
  /** Nothing is known. */
  Knowledge NONE = new Knowledge() {};

  /**
   * Says whether objects of one name, and all that is in them, are surely the same.
   *
   * @param base an object of the one tree
   * @param other an object of the other
   * @throws IOException if one can't be looked at
   */
  default boolean areSame(Node base, Node other) throws IOException {
    return false;
  }

  /**
   * Returns the only names under which two directories may differ.
   *
   * @param base a directory of the one tree
   * @param other a directory of the other
   * @return names, which need not be in either; null if it may be any
   * @throws IOException if one can't be looked at
   */
  default @Nullable Set<Name> changedNames(Node base, Node other) throws IOException {
    return null;
  }

  /**
   * Says whether two files of the same size surely have the same content.
   *
   * @param base attributes of a file of the one tree
   * @param node a file of the other
   * @param other its attributes
   * @throws IOException if that can't be found out
   */
  default boolean haveSameContent(Stat base, Node node, Stat other) throws IOException {
    return false;
  }

  /**
   * Returns what images tell of where content is: the same piece of the same layer need not be read to be compared.
   *
   * @param base the image of the one tree, which is nothing but that
   * @param image the image of the other
   * @param view the other, perhaps with uppers
   */
  static Knowledge ofPlaces(ErofsImage base, ErofsImage image, UnionView view) {
    return new Knowledge() {
      @Override
      public boolean haveSameContent(Stat before, Node node, Stat after) throws IOException {
        if (view.isInUpper(node)) {
          return false; // its number is that of the image's file, its content may not be
        }
        ErofsImage.Extent one = base.extent(before.inode());
        ErofsImage.Extent other = image.extent(after.inode());
        return one.device() >= 0
            && other.device() >= 0
            && one.offset() == other.offset()
            && base.deviceTags().get(one.device()).equals(image.deviceTags().get(other.device()));
      }
    };
  }

  /**
   * Returns what the uppers of a view tell of how it differs from its image.
   *
   * @param image the image alone
   * @param view the image and uppers
   */
  static Knowledge ofUppers(UnionView image, UnionView view) {
    UpperStack uppers = view.uppers();
    return new Knowledge() {
      @Override
      public boolean areSame(Node base, Node other) throws IOException {
        // what is untouched may be that of another path, in a directory that was renamed
        return !view.isInUpper(other)
            && image.stat(base).inode() == view.stat(other).inode();
      }

      @Override
      public @Nullable Set<Name> changedNames(Node base, Node other) throws IOException {
        return uppers.changedNames(other, image.stat(base).inode());
      }
    };
  }
}
