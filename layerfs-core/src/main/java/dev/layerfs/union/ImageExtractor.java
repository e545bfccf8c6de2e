package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes everything that is in an image into a directory, for kernels that can't mount the image itself. What the process
 * may not make, such as device nodes and foreign owners without privileges, becomes what {@link HostFiles} makes of it.
 */
public final class ImageExtractor {
  /** The directory with the image's root. */
  public static final String ROOT = "root";

  private final Lower image;
  private final HostFiles host;
  private final Map<Long, Path> linked = new HashMap<>();
  private final List<Made> directories = new ArrayList<>();

  /** A directory whose times are still to be set. */
  private record Made(long nid, Path place) {}

  private ImageExtractor(Lower image, HostFiles host) {
    this.image = image;
    this.host = host;
  }

  /**
   * Extracts an image. What was made is durable when this returns; after a failure it is to be thrown away.
   *
   * @param image the image
   * @param directory an empty directory, in which {@link #ROOT} is made
   * @throws PosixException that names an object which the host can't hold
   * @throws IOException if the directory can't be written
   */
  public static void extract(ErofsImage image, Path directory) throws IOException {
    Path work = Files.createDirectory(directory.resolve("work"));
    HostFiles host = UpperFormat.files(UpperFormat.best(directory), work);
    new ImageExtractor(new ImageLower(image), host).run(directory.resolve(ROOT));
    host.discard(work);
  }

  private void run(Path root) throws PosixException {
    make(image.root(), FileType.DIRECTORY, root);
    directories.add(new Made(image.root(), root));
    for (int i = 0; i < directories.size(); i++) { // it grows: trees may be deeper than a stack
      fill(directories.get(i));
    }
    boolean synced = host.syncAll();
    for (int i = directories.size() - 1; i >= 0; i--) {
      Made made = directories.get(i);
      setTimes(made.place(), image.stat(made.nid()));
      if (!synced) {
        host.sync(made.place());
      }
    }
    host.syncAll();
  }

  private void fill(Made directory) throws PosixException {
    for (DirectoryEntry entry : image.list(directory.nid())) {
      long nid = image.lookup(directory.nid(), entry.name());
      Path place = host.resolve(directory.place(), entry.name());
      Path first = linked.get(nid);
      if (first != null) {
        host.link(first, place);
      } else {
        make(nid, entry.type(), place);
      }
      if (entry.type() == FileType.DIRECTORY) {
        directories.add(new Made(nid, place));
      }
    }
  }

  private void make(long nid, FileType type, Path place) throws PosixException {
    Stat stat = image.stat(nid);
    if (type == FileType.SYMLINK) {
      host.symlink(place, image.readLink(nid));
    } else {
      host.create(place, type, stat.mode(), stat.rdevMajor(), stat.rdevMinor());
    }
    if (type == FileType.REGULAR) {
      new ContentCopy(host).copy(image, nid, stat.size(), place);
    }
    host.setOwnerAndMode(place, stat.uid(), stat.gid(), stat.mode());
    for (Name name : image.xattrs(nid)) { // after the owner, whose change takes capabilities away
      host.setXattr(place, name, image.xattr(nid, name));
    }
    setTimes(place, stat);
    if (type != FileType.DIRECTORY && stat.links() > 1) {
      linked.put(nid, place);
    }
  }

  private void setTimes(Path place, Stat stat) throws PosixException {
    host.setTimes(
        place,
        new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
        new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }
}
