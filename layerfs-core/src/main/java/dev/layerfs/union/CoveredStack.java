package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.PosixException;
import java.util.List;

/**
 * An image and uppers on it that don't change any more. What one view has read of it the others need not read again. Safe
 * for use by several threads and views.
 */
public final class CoveredStack {
  private final ErofsImage image;
  private final Nids nids = new Nids();
  private final Lower top;

  private CoveredStack(ErofsImage image, List<Upper> uppers) throws PosixException {
    this.image = image;
    this.top = UpperTree.stack(image, uppers, nids);
  }

  /**
   * Returns a stack.
   *
   * @param image an open image; it must stay open for as long as the stack is used
   * @param uppers the uppers on the image, the lowest first, each open through {@link Upper#openCovered}
   * @return the stack
   * @throws PosixException if the root of one can't be read
   */
  public static CoveredStack of(ErofsImage image, List<Upper> uppers) throws PosixException {
    return new CoveredStack(image, uppers);
  }

  /**
   * Says whether an image is the one of this stack.
   *
   * @param other an open image
   * @return whether it is this one, opened once
   */
  public boolean isOn(ErofsImage other) {
    return image == other;
  }

  Lower top() {
    return top;
  }

  Nids nids() {
    return nids;
  }
}
