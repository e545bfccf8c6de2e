package dev.layerfs.store;

import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Checks what sessions have in the store: those that live, and what the dead have left. */
final class SessionCheck {
  private static final String DEAD =
      "a process has left it that is no more; it goes when the store is next opened";

  private final Session session;
  private final StorePaths paths;

  SessionCheck(Session session) {
    this.session = session;
    this.paths = session.paths();
  }

  void check(CheckRun run) throws IOException {
    for (Path lease : StoreFiles.list(paths.leases())) {
      check(run, lease, true);
    }
    for (Path staging : StoreFiles.list(paths.staging())) {
      check(run, staging, false);
    }
  }

  private void check(CheckRun run, Path directory, boolean lease) throws IOException {
    run.count();
    Optional<Id> id = Id.parse(Objects.requireNonNull(directory.getFileName()).toString());
    if (id.isEmpty()) {
      run.leftover(Item.file(paths, directory), LayoutCheck.STRANGE, "delete it");
    } else if (!session.isAlive(id.get())) {
      run.leftover(Item.session(id.get()), DEAD, "");
    } else if (lease) {
      checkLease(run, id.get());
    }
  }

  private void checkLease(CheckRun run, Id id) throws IOException {
    try (LockFile.Held lock = session.locks().lockStore()) { // else one may be half written
      session.uses(id);
    } catch (StoreCorruptException e) {
      run.damaged(
          Item.session(id),
          "what it needs can't be read, so nothing is taken away until it ends",
          "end that process");
    }
  }
}
