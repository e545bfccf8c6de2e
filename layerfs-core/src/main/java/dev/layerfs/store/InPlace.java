package dev.layerfs.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Deletes a file, or a directory of files, where it is: for disks that are too full to rename anything. */
final class InPlace {
  private InPlace() {}

  /**
   * Deletes. Records go first: without one, what is left of a layer counts as none.
   *
   * @return bytes of the files that were deleted
   * @throws IOException if something is left, such as a directory in the directory
   */
  static long delete(StoreIo io, Path tree) throws IOException {
    List<Path> doomed = new ArrayList<>();
    if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      doomed.addAll(StoreFiles.list(tree));
      doomed.sort(Comparator.comparing(file -> !file.toString().endsWith(".json")));
    }
    doomed.add(tree);
    long freed = 0;
    for (Path file : doomed) {
      long size = StoreFiles.size(file);
      io.unlink(file);
      freed += size;
    }
    return freed;
  }
}
