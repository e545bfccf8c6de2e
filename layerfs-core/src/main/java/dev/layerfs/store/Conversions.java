package dev.layerfs.store;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.error.InUseException;
import dev.layerfs.union.Upper;
import dev.layerfs.union.UpperConverter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Gives a container's uppers another format. They are all of one, so those that it stands on are converted with its own, and
 * keep their ids; one that another container stands on too can't be. Everything is first made beside the old, in {@code
 * converted/}; from the moment that this is there, whoever opens the container after a crash goes on, before that everything
 * is as it was. The caller has the container's lock.
 */
final class Conversions {
  /** What the container's own upper is called in {@code converted/}, where covered ones are called by their ids. */
  private static final String TOP = "top";

  private final Session session;
  private final StorePaths paths;
  private final StoreIo io;
  private final CoveredUppers covered;
  private final Checkpoints checkpoints;

  Conversions(Session session, CoveredUppers covered, Checkpoints checkpoints) {
    this.session = session;
    this.paths = session.paths();
    this.io = session.io();
    this.covered = covered;
    this.checkpoints = checkpoints;
  }

  /**
   * Converts a container's uppers.
   *
   * @return whether they had another format
   * @throws InUseException if another container stands on one of them
   */
  boolean convert(ContainerRecord record, ErofsImage image, Upper.Format format)
      throws IOException {
    if (record.uppers().format().equals(format)) {
      return false;
    }
    requireUnshared(record);
    Path staged = session.newPath();
    try {
      io.mkdir(staged);
      make(record, image, format, staged);
      ContainerRecord converting = record.with(record.uppers().withConverting(Optional.of(format)));
      write(converting);
      io.rename(staged, paths.converted(record.id()));
      io.syncDirectory(paths.container(record.id()));
      recover(converting);
    } finally {
      session.discard(staged);
    }
    return true;
  }

  private void requireUnshared(ContainerRecord record) throws IOException {
    for (Id id : record.uppers().beneath()) {
      if (covered.isShared(id, record.id())) {
        throw new InUseException(
            "container " + record.id(),
            "a fork or its parent has a part of it in common, in its format; remove that one first");
      }
    }
  }

  private void make(ContainerRecord record, ErofsImage image, Upper.Format format, Path staged)
      throws IOException {
    Path container = paths.container(record.id());
    List<Id> ids = record.uppers().beneath();
    List<Upper> beneath = checkpoints.openEach(record.uppers());
    Upper top = Upper.open(container, record.uppers().format());
    for (int i = 0; i <= ids.size(); i++) {
      boolean last = i == ids.size();
      Path directory = staged.resolve(last ? TOP : ids.get(i).toString());
      io.mkdir(directory);
      UpperConverter.convert(
          image, beneath.subList(0, i), last ? top : beneath.get(i), directory, format);
      io.syncDirectory(directory);
    }
    io.syncDirectory(staged);
  }

  /** Finishes or takes back a conversion whose process died; returns the record as it is now. */
  ContainerRecord recover(ContainerRecord record) throws IOException {
    Optional<Upper.Format> format = record.uppers().converting();
    if (format.isEmpty()) {
      return record;
    }
    Path converted = paths.converted(record.id());
    ContainerRecord now = record;
    if (exists(converted) && !record.uppers().format().equals(format.get())) {
      replaceAll(record, converted, format.get());
      now = record.with(record.uppers().withFormat(format.get()));
      write(now); // from here on what is left in converted/ is of no use
    }
    session.delete(converted);
    now = now.with(now.uppers().withConverting(Optional.empty()));
    write(now);
    return now;
  }

  private void replaceAll(ContainerRecord record, Path converted, Upper.Format format)
      throws IOException {
    for (Id id : record.uppers().beneath()) {
      replace(converted.resolve(id.toString()), paths.upper(id), format);
    }
    replace(converted.resolve(TOP), paths.container(record.id()), format);
  }

  /** Each part on its own, so that it does not matter which were replaced before. */
  private void replace(Path from, Path to, Upper.Format format) throws IOException {
    List<String> wanted = Upper.parts(format);
    for (String part : Upper.ALL_PARTS) {
      if (exists(from.resolve(part))) {
        session.delete(to.resolve(part));
        io.rename(from.resolve(part), to.resolve(part));
      } else if (!wanted.contains(part)) {
        session.delete(to.resolve(part));
      }
    }
    io.syncDirectory(to);
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private void write(ContainerRecord record) throws IOException {
    session.replace(paths.containerRecord(record.id()), RecordFile.encode(record.toJson()));
  }
}
