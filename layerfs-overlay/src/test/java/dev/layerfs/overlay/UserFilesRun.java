package dev.layerfs.overlay;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Stat;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The program that {@link OtherProcessTest} runs without privileges: what was set is shown, however the host keeps it. */
final class UserFilesRun {
  private static final Name MARK = Name.of("user.overlay.layerfs.ino");
  private static final Name LIST = Name.of("security.other");

  private final HostFiles files;
  private final Path upper;

  private UserFilesRun(HostFiles files, Path upper) {
    this.files = files;
    this.upper = upper;
  }

  /** Runs with a directory of the user's. */
  public static void main(String[] arguments) throws IOException {
    Path container = Path.of(arguments[0]);
    Path upper = container.resolve("upper");
    LinuxFilesFactory factory = new LinuxFilesFactory();
    equal("overlayfs-user", factory.best(container).orElse("none"));
    HostFiles files =
        factory.open(UserFiles.LABEL, Files.createDirectory(container.resolve("work")));
    files.create(upper, FileType.DIRECTORY, 0555, 0, 0);
    UserFilesRun run = new UserFilesRun(files, upper);
    run.plain();
    equal(false, files.needsSettling());
    run.foreign();
    equal(true, files.needsSettling());
  }

  private static void equal(Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError("expected " + expected + ", but it is " + actual);
    }
  }

  /** What root owns, with modes that shut the process itself out. */
  private void plain() throws IOException {
    Path directory = make(FileType.DIRECTORY, 0000);
    Path inside = files.resolve(directory, Name.of("inside"));
    files.create(inside, FileType.REGULAR, 0000, 0, 0);
    files.setXattr(inside, MARK, new byte[] {'5'});
    try (FileChannel channel = files.open(inside, true)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }
    files.sync(inside);
    equal(List.of(MARK), files.xattrs(inside));
    equal(3L, files.stat(inside).size());
    equal(0000, files.stat(inside).mode());
    equal(0000, files.stat(directory).mode());
    equal(0555, files.stat(upper).mode());
    Path other = make(FileType.DIRECTORY, 0500);
    Path child = files.resolve(directory, Name.of("child"));
    files.create(child, FileType.DIRECTORY, 0500, 0, 0);
    files.rename(child, files.resolve(other, Name.of("child")));
    equal(true, files.exchange(directory, other));
    equal(List.of(Name.of("child")), files.list(directory));
    equal(0500, files.stat(directory).mode());
    Path fifo = make(FileType.FIFO, 06111);
    equal(06111, files.stat(fifo).mode());
    files.discard(other);
    files.discard(directory);
    files.setOwnerAndMode(fifo, 0, 0, 0);
    files.delete(fifo);
    Path setId = make(FileType.REGULAR, 06755);
    try (FileChannel channel = files.open(setId, true)) {
      channel.write(ByteBuffer.wrap(new byte[] {1})); // Linux takes the bits away
    }
    equal(06755, files.stat(setId).mode());
    files.setOwnerAndMode(setId, 0, 0, 0755);
    equal(0755, files.stat(setId).mode());
    files.delete(setId);
    equal(List.of(), files.list(upper));
  }

  private Path make(FileType type, int mode) throws IOException {
    Path place = files.resolve(upper, Name.of(type + "-" + mode));
    files.create(place, type, mode, 0, 0);
    return place;
  }

  /** What the process may not make. */
  private void foreign() throws IOException {
    for (FileType type : FileType.values()) {
      Path place = files.resolve(upper, Name.of(type.name()));
      if (type == FileType.SYMLINK) {
        files.symlink(place, new byte[] {'t'});
      } else {
        files.create(place, type, 0600, 1, 3);
      }
      files.setOwnerAndMode(place, 41, 42, 02640);
      files.setXattr(place, LIST, new byte[] {9});
      check(place, type);
      files.setOwnerAndMode(place, 65534, 65534, 02640);
      equal(65534L, files.stat(place).uid());
      files.setOwnerAndMode(place, 0, 0, 0600);
      equal(0L, files.stat(place).uid());
      files.discard(place);
    }
  }

  private void check(Path place, FileType type) throws IOException {
    Stat stat = files.stat(place);
    equal(type, stat.type());
    equal("41:42", stat.uid() + ":" + stat.gid());
    equal(List.of(LIST), files.xattrs(place));
    equal("[9]", Arrays.toString(files.xattr(place, LIST)));
    if (type == FileType.SYMLINK) {
      equal("[116]", Arrays.toString(files.readLink(place)));
    } else {
      equal(02640, stat.mode());
      boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
      equal(device ? "1:3" : "0:0", stat.rdevMajor() + ":" + stat.rdevMinor());
    }
  }
}
