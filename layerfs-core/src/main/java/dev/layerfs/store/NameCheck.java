package dev.layerfs.store;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Checks the names of containers against the containers' records, which decide, and can make the names again. */
final class NameCheck {
  private static final String REPAIR = "layerfs check --repair";

  private final Session session;
  private final StorePaths paths;
  private final ContainerList list;
  private final ContainerNames names;

  NameCheck(Session session, ContainerList list) {
    this.session = session;
    this.paths = session.paths();
    this.list = list;
    this.names = new ContainerNames(session, list);
  }

  void check(CheckRun run) throws IOException {
    Map<ContainerName, Id> expected = new LinkedHashMap<>();
    for (ContainerRecord record : list.list()) {
      record.name().ifPresent(name -> expected.put(name, record.id()));
    }
    for (Path file : StoreFiles.list(paths.names())) {
      run.count();
      Optional<ContainerName> name =
          ContainerName.parse(Objects.requireNonNull(file.getFileName()).toString());
      if (name.isEmpty()) {
        run.leftover(Item.file(paths, file), LayoutCheck.STRANGE, "delete it");
      } else {
        check(run, name.get(), Optional.ofNullable(expected.remove(name.get())));
      }
    }
    for (Map.Entry<ContainerName, Id> missing : expected.entrySet()) {
      checkMissing(run, missing.getKey(), missing.getValue());
    }
  }

  private void check(CheckRun run, ContainerName name, Optional<Id> owner) throws IOException {
    Item item = new Item(Item.Kind.CONTAINER_NAME, name.text());
    try {
      Optional<Id> named =
          RecordFile.read(paths.name(name), fields -> Id.parse(fields.string("container")));
      if (owner.isEmpty() && names.find(name).isEmpty()) { // one that is being made has it, too
        run.leftover(item, "no container has it", "");
      } else if (owner.isPresent() && !owner.equals(named)) {
        run.damaged(item, "its container is " + owner.get(), REPAIR, () -> write(name, owner));
      }
    } catch (NoSuchFileException e) {
      return; // removed meanwhile
    } catch (StoreCorruptException e) {
      run.damaged(item, "the record is damaged", REPAIR, () -> write(name, owner));
    }
  }

  /** Its container may have been made or removed meanwhile. */
  private void checkMissing(CheckRun run, ContainerName name, Id id) throws IOException {
    try {
      if (Files.notExists(paths.name(name)) && list.read(id).name().equals(Optional.of(name))) {
        run.damaged(
            new Item(Item.Kind.CONTAINER_NAME, name.text()),
            "it is missing; its container is " + id,
            REPAIR,
            () -> write(name, Optional.of(id)));
      }
    } catch (NotFoundException e) {
      return;
    }
  }

  private boolean write(ContainerName name, Optional<Id> owner) throws IOException {
    try (LockFile.Held lock = session.locks().lockStore()) {
      if (owner.isPresent()) {
        JsonObject record = JsonObject.empty().with("container", owner.get().toString());
        session.replace(paths.name(name), RecordFile.encode(record));
      } else {
        session.io().unlinkIfExists(paths.name(name));
      }
      return true;
    }
  }
}
