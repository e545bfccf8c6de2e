package dev.layerfs.volume;

import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixView;
import java.util.List;

/**
 * A view that is to be mounted at a path.
 *
 * @param target the names of the path, from the root; symbolic links are followed, {@code ..} does not lead out
 * @param view what is mounted: its root, which may be any kind of object, takes the place of what is there
 * @param readOnly whether nothing can be changed there
 */
public record Attachment(List<Name> target, PosixView view, boolean readOnly) {
  /** Copies the names. */
  public Attachment {
    target = List.copyOf(target);
  }
}
