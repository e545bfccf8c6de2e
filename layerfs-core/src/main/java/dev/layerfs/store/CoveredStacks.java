package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.union.CoveredStack;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What containers stand on, opened once for all that stand on the same: a fork need not read again what its siblings have
 * read. Safe for use by several threads.
 */
final class CoveredStacks {
  private final StorePaths paths;
  private final Map<Key, WeakReference<CoveredStack>> open = new HashMap<>();

  /** Uppers, the lowest first, and how they are stored: that changes when they are converted. */
  private record Key(List<Id> uppers, Upper.Format format) {}

  CoveredStacks(StorePaths paths) {
    this.paths = paths;
  }

  /** Opens an image with covered uppers on it, the lowest first. */
  CoveredStack open(List<Id> uppers, Upper.Format format, ErofsImage image) throws IOException {
    if (uppers.isEmpty()) {
      return CoveredStack.of(image, List.of());
    }
    synchronized (open) {
      Key key = new Key(List.copyOf(uppers), format);
      CoveredStack known = known(key);
      if (known != null && known.isOn(image)) {
        return known;
      }
      CoveredStack stack = CoveredStack.of(image, openAll(uppers, format));
      open.values().removeIf(reference -> reference.get() == null);
      open.put(key, new WeakReference<>(stack));
      return stack;
    }
  }

  private @Nullable CoveredStack known(Key key) {
    WeakReference<CoveredStack> reference = open.get(key);
    return reference == null ? null : reference.get();
  }

  /** Opens covered uppers for whoever looks at them one by one. */
  List<Upper> openAll(List<Id> uppers, Upper.Format format) throws IOException {
    List<Upper> all = new ArrayList<>();
    for (Id id : uppers) {
      all.add(Upper.openCovered(paths.upper(id), format));
    }
    return all;
  }
}
