package dev.layerfs.store;

import dev.layerfs.error.InUseException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.posix.Identity;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Checks containers: their records, what they stand on, and what was written to them, as far as it can be told. */
final class ContainerCheck {
  private static final Set<String> NAMES = names();

  private final Session session;
  private final StorePaths paths;
  private final ContainerList list;
  private final Containers containers;
  private final UpperCheck uppers = new UpperCheck();

  ContainerCheck(Session session, ContainerList list, Containers containers) {
    this.session = session;
    this.paths = session.paths();
    this.list = list;
    this.containers = containers;
  }

  private static Set<String> names() {
    Set<String> names = new LinkedHashSet<>(Upper.ALL_PARTS);
    names.addAll(Set.of("container.json", "mount.json", "mount-changing", "rootfs", "converted"));
    names.addAll(Set.of("limited.json", "limited.img", "limited", "returned"));
    return Set.copyOf(names);
  }

  void check(CheckRun run) throws IOException {
    for (Path directory : StoreFiles.list(paths.containers())) {
      Optional<Id> id = Id.parse(Objects.requireNonNull(directory.getFileName()).toString());
      if (id.isPresent()) {
        run.count();
        check(run, id.get());
      } else {
        run.leftover(Item.file(paths, directory), LayoutCheck.STRANGE, "delete it");
      }
    }
  }

  private void check(CheckRun run, Id id) throws IOException {
    Item item = Item.container(id);
    try {
      ContainerRecord record = list.read(id);
      checkDirectory(run, id);
      checkBeneath(run, item, record);
      checkMount(run, id);
      if (run.full()) {
        checkUppers(run, item, id);
      }
    } catch (NotFoundException e) {
      return; // removed meanwhile
    } catch (StoreCorruptException e) {
      String problem = Files.exists(paths.containerRecord(id))
          ? "the record is damaged"
          : "the record is missing";
      run.damaged(item, problem, remedy(id), () -> mend(id));
    }
  }

  private String remedy(Id id) throws IOException {
    return canBeMended(id)
        ? "layerfs check --repair"
        : "layerfs rm " + id + ": nothing has a copy of it";
  }

  private boolean canBeMended(Id id) throws IOException {
    return mended(id).isPresent();
  }

  private Optional<byte[]> mended(Id id) throws IOException {
    try {
      return RecordFile.mend(Files.readAllBytes(paths.containerRecord(id)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean mend(Id id) throws IOException {
    Optional<byte[]> record = mended(id);
    if (record.isPresent()) {
      session.replace(paths.containerRecord(id), record.get());
    }
    return record.isPresent();
  }

  private void checkDirectory(CheckRun run, Id id) throws IOException {
    for (Path file : StoreFiles.list(paths.container(id))) {
      if (!NAMES.contains(Objects.requireNonNull(file.getFileName()).toString())) {
        run.leftover(Item.file(paths, file), LayoutCheck.STRANGE, "delete it");
      }
    }
  }

  private void checkBeneath(CheckRun run, Item item, ContainerRecord record) throws IOException {
    for (Id upper : record.uppers().beneath()) {
      if (!Files.isDirectory(paths.upper(upper).resolve("upper"))) {
        run.damaged(item, "the covered upper " + upper + " is missing", "layerfs rm " + item.id());
      }
    }
  }

  /** A note that can't be read says as much as none: the mount table decides. */
  private void checkMount(CheckRun run, Id id) throws IOException {
    try {
      MountRecord.read(paths.mountRecord(id));
    } catch (NoSuchFileException e) {
      return;
    } catch (StoreCorruptException e) {
      run.damaged(
          Item.file(paths, paths.mountRecord(id)),
          "the record is damaged",
          "layerfs umount " + id,
          () -> mendMount(id));
    }
  }

  private boolean mendMount(Id id) throws IOException {
    Optional<byte[]> record = RecordFile.mend(Files.readAllBytes(paths.mountRecord(id)));
    if (record.isPresent()) {
      session.replace(paths.mountRecord(id), record.get());
    }
    return record.isPresent();
  }

  private void checkUppers(CheckRun run, Item item, Id id) throws IOException {
    Optional<Item> tree = run.damagedTree(item);
    if (tree.isPresent()) { // what is read through it says nothing of the container
      run.note(
          item, "what was written to it was not looked at, since " + tree.get() + " is not right");
      return;
    }
    try {
      containers.whileClosed(id, (record, use) -> {
        UnionView view = UnionView.open(
            containers.checkpoints().beneath(record.uppers(), use.image()),
            containers.openUpper(record),
            Identity.ROOT);
        try {
          Optional<String> problem = uppers.check(view);
          if (problem.isPresent()) {
            run.damaged(item, problem.get(), "remove that object from its upper on the host");
          }
        } finally {
          view.close();
        }
        return true;
      });
    } catch (InUseException e) {
      run.note(item, "what was written to it was not looked at: it is in use");
    } catch (IOException e) {
      run.note(item, "what was written to it was not looked at: " + e.getMessage());
    }
  }
}
