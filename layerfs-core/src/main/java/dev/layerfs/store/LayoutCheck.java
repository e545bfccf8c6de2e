package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.ImageLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/** Checks the files that make a directory a store: the marker, the list of images with its copy, the version, the locks. */
final class LayoutCheck {
  /** What is wrong with a file that should not be there. */
  static final String STRANGE = "nothing that layerfs keeps there has such a name";

  private static final String REPAIR = "layerfs check --repair";

  private final Session session;
  private final StorePaths paths;
  private final ImageListCopy copy;

  LayoutCheck(Session session) {
    this.session = session;
    this.paths = session.paths();
    this.copy = new ImageListCopy(session);
  }

  void check(CheckRun run) throws IOException {
    checkMarker(run);
    checkVersion(run);
    checkLists(run);
    checkLocks(run);
    reportOthers(run, paths.root(), StoreDirectory.NAMES);
    reportOthers(run, paths.own(), StoreDirectory.OWN_NAMES);
  }

  private void checkMarker(CheckRun run) throws IOException {
    run.count();
    byte[] marker = ImageLayout.marker();
    if (!Verification.isSame(paths.ociLayout(), marker)
        && !Arrays.equals(withoutSpace(paths.ociLayout()), marker)) {
      Item item = Item.file(paths, paths.ociLayout());
      run.damaged(item, "it is not the marker of an image layout", REPAIR, () -> {
        session.replace(paths.ociLayout(), marker);
        return true;
      });
    }
  }

  /** Other tools may format the marker. */
  private static byte[] withoutSpace(Path file) throws IOException {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return text.replaceAll("[ \t\r\n]", "").getBytes(StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  private void checkVersion(CheckRun run) throws IOException {
    run.count();
    byte[] version = StoreDirectory.versionRecord(
        Files.exists(paths.recipes())
            ? StoreDirectory.VERSION_WITH_RECIPES
            : StoreDirectory.VERSION);
    byte[] newest = StoreDirectory.versionRecord(StoreDirectory.VERSION_WITH_RECIPES);
    if (!Verification.isSame(paths.version(), version)
        && !Verification.isSame(paths.version(), newest)) { // it comes before the first recipe
      Item item = Item.file(paths, paths.version());
      run.damaged(item, "the record is damaged", REPAIR, () -> {
        session.replace(paths.version(), version);
        return true;
      });
    }
  }

  /** A list that another program has written can't be told from a good one; one that differs in a byte can. */
  private void checkLists(CheckRun run) throws IOException {
    run.count();
    try (LockFile.Held lock = session.locks().lockStore()) {
      byte[] list = read(paths.index());
      boolean readable = ImageListFile.isList(list);
      ImageListCopy.Copy known;
      try {
        known = copy.read();
      } catch (NoSuchFileException | StoreCorruptException e) {
        checkWithoutCopy(run, list, readable, e instanceof StoreCorruptException);
        return;
      }
      if (!readable || known.isDamaged(list)) {
        String problem =
            readable ? "a byte is not what layerfs wrote" : "it is missing or no index";
        run.damaged(Item.file(paths, paths.index()), problem, REPAIR, () -> {
          session.replace(paths.index(), known.list());
          return true;
        });
      } else if (!known.allows(list)) {
        run.absent(
            Item.file(paths, paths.index()),
            "another program has changed it, so it can't be compared with what layerfs wrote",
            () -> writeCopy(list));
      }
    }
  }

  private void checkWithoutCopy(CheckRun run, byte[] list, boolean readable, boolean damaged)
      throws IOException {
    Item item = Item.file(paths, paths.indexCopy());
    if (damaged) {
      run.damaged(item, "the record is damaged", REPAIR, () -> readable && writeCopy(list));
    } else if (!run.references().roots().isEmpty()) {
      run.absent(item, "there is no copy of the list of images", () -> writeCopy(list));
    }
    if (!readable) {
      run.damaged(
          Item.file(paths, paths.index()),
          "it is missing or no index, and there is no copy",
          "write an index that names the manifests in blobs, or load the images again");
    }
  }

  private boolean writeCopy(byte[] list) throws IOException {
    copy.write(list);
    return true;
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  /** Nothing is ever written to the file of locks. */
  private void checkLocks(CheckRun run) throws IOException {
    for (Path file : StoreFiles.list(paths.locks())) {
      run.count();
      if (!file.equals(paths.locks().resolve(LockFile.NAME)) || !StoreFiles.isFile(file, 0)) {
        run.leftover(Item.file(paths, file), "the locks need no more than an empty file", "");
      }
    }
  }

  private void reportOthers(CheckRun run, Path directory, Set<String> names) throws IOException {
    for (Path file : StoreFiles.list(directory)) {
      if (!names.contains(Objects.requireNonNull(file.getFileName()).toString())) {
        run.leftover(Item.file(paths, file), STRANGE, "delete it");
      }
    }
  }
}
