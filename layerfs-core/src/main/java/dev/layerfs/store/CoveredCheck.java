package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Checks covered uppers: that whoever stands on one has noted it there, for without a note it would be deleted. */
final class CoveredCheck {
  private final Session session;
  private final StorePaths paths;
  private final ContainerList list;

  CoveredCheck(Session session, ContainerList list) {
    this.session = session;
    this.paths = session.paths();
    this.list = list;
  }

  void check(CheckRun run) throws IOException {
    List<String> names = new ArrayList<>(Upper.ALL_PARTS);
    names.add(CoveredUppers.USERS);
    for (Map.Entry<Item, Path> upper : new Inventory(paths).uppers().entrySet()) {
      run.count();
      if (upper.getKey().kind() != Item.Kind.UPPER) {
        run.leftover(upper.getKey(), LayoutCheck.STRANGE, "delete it");
        continue;
      }
      for (Path file : StoreFiles.list(upper.getValue())) {
        if (!names.contains(Objects.requireNonNull(file.getFileName()).toString())) {
          run.leftover(Item.file(paths, file), LayoutCheck.STRANGE, "delete it");
        }
      }
      checkNotes(run, upper.getKey(), upper.getValue().resolve(CoveredUppers.USERS));
    }
    for (Id container : list.ids()) {
      checkUsers(run, container);
    }
  }

  /** Only the names of notes mean something. */
  private void checkNotes(CheckRun run, Item upper, Path users) throws IOException {
    for (Path note : StoreFiles.list(users)) {
      boolean known =
          Id.parse(Objects.requireNonNull(note.getFileName()).toString()).isPresent();
      if (!known || !StoreFiles.isFile(note, 0)) {
        run.leftover(Item.file(paths, note), "a note of " + upper + " is an empty file", "");
      }
    }
  }

  private void checkUsers(CheckRun run, Id container) throws IOException {
    try {
      for (Id upper : list.read(container).uppers().beneath()) {
        Path note = paths.upper(upper).resolve(CoveredUppers.USERS).resolve(container.toString());
        if (Files.exists(paths.upper(upper)) && Files.notExists(note)) {
          run.damaged(
              Item.upper(upper),
              "it does not say that container " + container + " stands on it",
              "layerfs check --repair",
              () -> addNote(note));
        }
      }
    } catch (NotFoundException | StoreCorruptException e) {
      return; // removed meanwhile, or told of where records are checked
    }
  }

  private boolean addNote(Path note) throws IOException {
    Path users = Objects.requireNonNull(note.getParent());
    try {
      session.io().mkdir(users);
    } catch (FileAlreadyExistsException e) {
      // only the note is missing
    }
    session.io().create(note).close();
    session.io().syncDirectory(users);
    return true;
  }
}
