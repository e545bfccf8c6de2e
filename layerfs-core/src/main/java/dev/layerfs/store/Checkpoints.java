package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.union.CoveredStack;
import dev.layerfs.union.UnionView;
import dev.layerfs.union.Upper;
import dev.layerfs.union.UpperStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Covers a container's upper, so that it stays as it is, and goes back to it. In each case the record says
 * first what is being done, then it is done, then the record says that it was; whoever opens the container after a crash
 * takes it back or finishes it. The caller has the container's lock.
 */
final class Checkpoints {
  private static final String UPPER = "upper";

  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final CoveredUppers covered;
  private final CoveredStacks stacks;

  Checkpoints(Session session, CoveredUppers covered) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.covered = covered;
    this.stacks = new CoveredStacks(paths);
  }

  /** Opens what a container stands on. */
  CoveredStack beneath(UppersRecord uppers, ErofsImage image) throws IOException {
    return stacks.open(uppers.beneath(), uppers.format(), image);
  }

  /** Opens the uppers that a container stands on one by one, the lowest first. */
  List<Upper> openEach(UppersRecord uppers) throws IOException {
    return stacks.openAll(uppers.beneath(), uppers.format());
  }

  /**
   * Covers a container's upper.
   *
   * @param durable whether what was written so far is to survive power loss
   * @return the record as it is now, with a new checkpoint
   */
  ContainerRecord add(ContainerRecord record, UnionView view, boolean durable) throws IOException {
    Id id = Id.random();
    ContainerRecord covering = record.with(record.uppers().withCovering(Optional.of(id)));
    ContainerRecord done = record.with(withCheckpoint(record.uppers(), id));
    view.uppers().cover(current -> {
      if (durable) {
        view.sync();
      }
      write(covering);
      try {
        cover(record, id);
        Upper beneath = Upper.openCovered(paths.upper(id), record.uppers().format());
        UpperStack.Covered now = new UpperStack.Covered(beneath, current.renewed());
        write(done);
        return now;
      } catch (IOException | RuntimeException e) {
        takeBack(record, id, e);
        throw e;
      }
    });
    return done;
  }

  private static UppersRecord withCheckpoint(UppersRecord uppers, Id id) {
    List<Id> checkpoints = new ArrayList<>(uppers.checkpoints());
    checkpoints.add(id);
    return uppers.withCheckpoints(checkpoints).withCovering(Optional.empty());
  }

  private void cover(ContainerRecord record, Id id) throws IOException {
    Path container = paths.container(record.id());
    covered.create(id, record.id(), directory -> Upper.keepNotes(container, directory));
    moveUpper(container, paths.upper(id));
    io.syncDirectory(paths.upper(id));
    io.syncDirectory(container);
  }

  /** Makes the upper of a container that somebody else is to write to, if it is missing. */
  void makeUpper(ContainerRecord record, ErofsImage image) throws IOException {
    Path container = paths.container(record.id());
    if (!exists(container.resolve(UPPER))) {
      Upper.create(container, record.uppers().format(), beneath(record.uppers(), image));
      if (!record.ephemeral()) {
        io.syncDirectory(container);
      }
    }
  }

  private void moveUpper(Path from, Path to) throws IOException {
    for (String part : Upper.PARTS) {
      if (exists(from.resolve(part))) {
        io.rename(from.resolve(part), to.resolve(part));
      }
    }
  }

  private void takeBack(ContainerRecord record, Id id, Exception failure) {
    try {
      Path container = paths.container(record.id());
      if (exists(paths.upper(id).resolve(UPPER))) {
        session.delete(container.resolve(UPPER)); // a new one
      }
      moveUpper(paths.upper(id), container);
      covered.removeUserDurably(List.of(id), record.id());
      write(record);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Puts a container right whose process died in the middle of something; returns its record as it is now. */
  ContainerRecord recover(ContainerRecord record) throws IOException {
    Optional<Id> covering = record.uppers().covering();
    if (covering.isPresent()) {
      return finishCovering(record, covering.get());
    }
    return record.uppers().resetting() ? finishReset(record, covered.usedBy(record.id())) : record;
  }

  private ContainerRecord finishCovering(ContainerRecord record, Id id) throws IOException {
    if (!exists(paths.upper(id).resolve(UPPER))) { // the upper is still where it was
      moveUpper(paths.upper(id), paths.container(record.id()));
      covered.removeUserDurably(List.of(id), record.id());
      ContainerRecord before = record.with(record.uppers().withCovering(Optional.empty()));
      write(before);
      return before;
    }
    ContainerRecord done = record.with(withCheckpoint(record.uppers(), id));
    write(done);
    return done;
  }

  /**
   * Throws away what was written since a checkpoint, or since the container was made.
   *
   * @param kept how many of its checkpoints stay
   * @return the record as it is now
   */
  ContainerRecord reset(ContainerRecord record, int kept) throws IOException {
    List<Id> checkpoints = record.uppers().checkpoints();
    UppersRecord resetting =
        record.uppers().withCheckpoints(checkpoints.subList(0, kept)).withResetting(true);
    write(record.with(resetting));
    return finishReset(record.with(resetting), checkpoints);
  }

  /** Deletes the upper; the container does not stand any more on those that its record doesn't name. */
  private ContainerRecord finishReset(ContainerRecord record, List<Id> used) throws IOException {
    Path container = paths.container(record.id());
    for (String part : Upper.ALL_PARTS) {
      session.delete(container.resolve(part));
    }
    io.syncDirectory(container);
    List<Id> dropped = new ArrayList<>(used);
    dropped.removeAll(record.uppers().beneath());
    covered.removeUserDurably(dropped, record.id());
    ContainerRecord done = record.with(record.uppers().withResetting(false));
    write(done);
    return done;
  }

  private void write(ContainerRecord record) throws IOException {
    session.replace(paths.containerRecord(record.id()), RecordFile.encode(record.toJson()));
  }
}
