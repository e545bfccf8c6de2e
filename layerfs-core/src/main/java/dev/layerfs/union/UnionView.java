package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.PosixView;
import java.io.IOException;

/** The union engine. (contract skeleton: see the helper's task) */
public abstract class UnionView implements PosixView {
  /** A read-only view of an image. Closing it does not close the image. */
  public static UnionView readOnly(ErofsImage image) {
    throw new UnsupportedOperationException();
  }

  /** A writable view. Closing it closes the upper, not the image. */
  public static UnionView open(ErofsImage image, Upper upper) throws IOException {
    throw new UnsupportedOperationException();
  }
}
