package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.Timespec;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes an upper anew in another format. A view shows the same on both, inode numbers included. Only {@link HostFiles} is
 * used on either side, so that it serves every format; marks are translated, never copied, as their names and what a kernel
 * keeps in them are another format's. Content is copied, not linked: attributes belong to the inode.
 */
public final class UpperConverter {
  private final UpperTree from;
  private final Upper to;
  private final Map<UpperInode, Path> linked = new HashMap<>();
  private final List<Made> directories = new ArrayList<>();
  private final List<Path> others = new ArrayList<>();
  private final LowerCopier beneath;

  /**
   * A directory whose times are still to be set.
   *
   * @param whole whether it has to hold what shows through from beneath as well
   */
  private record Made(UpperDirectory source, Path place, Stat stat, boolean whole) {}

  private UpperConverter(UpperTree from, Upper to) {
    this.from = from;
    this.to = to;
    this.beneath = new LowerCopier(from.lower(), from.upper().markNames(), to);
  }

  /**
   * Converts an upper that nobody uses; it stays as it is, but for what files were copied up without. Of one to which nothing was
   * written there is none afterwards either. What was made is durable when this returns; after a failure it
   * is to be thrown away.
   *
   * @param image the image beneath
   * @param beneath the uppers between the image and this one, the lowest first
   * @param source the upper
   * @param directory an empty directory, in which the new upper is made as by {@link Upper#create}
   * @param format how to store the new one
   * @throws PosixException that names an object which can't be read, or which the format or its host can't hold
   * @throws IOException if the directory can't be written
   */
  public static void convert(
      ErofsImage image, List<Upper> beneath, Upper source, Path directory, Upper.Format format)
      throws IOException {
    Nids nids = new Nids();
    UpperTree from = new UpperTree(UpperTree.stack(image, beneath, nids), source, nids);
    source.sparse().settle(from, LostWrites.Force::run);
    Path work = Upper.createWork(directory);
    InodeNumbers.mix(work);
    Upper made = Upper.open(directory, UpperFormat.files(format, work));
    Set<Long> linked = convert(from, made);
    if (!linked.isEmpty()) {
      try (UnionView view = UnionView.open(CoveredStack.of(image, beneath), made, Identity.ROOT)) {
        for (long nid : linked) {
          new OutsideLinks(view).join(from.links(nid));
        }
        view.sync();
      }
    }
  }

  /**
   * Fills an upper that has a work directory and nothing else.
   *
   * @return nids of what was copied from beneath and may have names there that were not
   */
  static Set<Long> convert(UpperTree from, Upper to) throws IOException {
    UpperConverter converter = new UpperConverter(from, to);
    if (from.isRooted()) {
      converter.run();
      to.noteMade();
    }
    to.work().clean();
    to.syncNotes();
    return converter.beneath.linked();
  }

  private void run() throws PosixException {
    UpperDirectory root = from.rootDirectory();
    Stat stat = from.host().stat(from.upper().root());
    make(root, stat, from.upper().root(), to.root());
    directories.add(new Made(root, to.root(), stat, false));
    for (int i = 0; i < directories.size(); i++) { // it grows: trees may be deeper than a stack
      fill(directories.get(i));
    }
    beneath.finish();
    for (int i = directories.size() - 1; i >= 0; i--) {
      Made made = directories.get(i);
      setTimes(made.place(), made.stat());
    }
    sync();
  }

  /** Object by object, if need be: a walk would read directories, and change their times. */
  private void sync() throws PosixException {
    if (to.host().syncAll()) {
      return;
    }
    for (Path place : others) {
      to.host().sync(place);
    }
    for (int i = directories.size() - 1; i >= 0; i--) {
      to.host().sync(directories.get(i).place());
    }
  }

  private void fill(Made directory) throws PosixException {
    for (Map.Entry<Name, UpperInode> child : from.children(directory.source()).entrySet()) {
      UpperInode.Place place = new UpperInode.Place(directory.source(), child.getKey());
      try {
        add(directory, place, child.getValue());
      } catch (PosixException e) {
        throw new PosixException(
            e.errno(), from.text(place) + " can't be converted (" + e.getMessage() + ")", e);
      }
    }
    if (directory.whole() && directory.source().lower != Lower.NONE) {
      fillFromBeneath(directory);
    }
  }

  private void fillFromBeneath(Made directory) throws PosixException {
    long nid = directory.source().lower;
    for (DirectoryEntry entry : from.lower().list(nid)) {
      if (from.child(directory.source(), entry.name()) == null) {
        Path target = to.host().resolve(directory.place(), entry.name());
        beneath.copy(from.lower().lookup(nid, entry.name()), target);
      }
    }
  }

  private void add(Made directory, UpperInode.Place place, UpperInode inode) throws PosixException {
    boolean hidesNothing = directory.source().lower == Lower.NONE || directory.whole();
    if (inode == UpperInode.WHITEOUT && hidesNothing) {
      return; // a kernel would list it
    }
    Path target = to.host().resolve(directory.place(), place.name());
    if (inode.type != FileType.DIRECTORY) {
      others.add(target);
    }
    Path first = linked.get(inode);
    if (inode == UpperInode.WHITEOUT) {
      to.host().create(target, FileType.CHARACTER_DEVICE, 0, 0, 0);
    } else if (first != null) {
      to.host().link(first, target);
    } else {
      addObject(directory, inode, from.path(place), target);
    }
  }

  private void addObject(Made parent, UpperInode inode, Path source, Path target)
      throws PosixException {
    Stat stat = from.host().stat(source);
    make(inode, stat, source, target);
    mark(inode, source, target);
    if (inode instanceof UpperDirectory directory) {
      boolean whole = parent.whole() || becomesWhole(directory);
      directories.add(new Made(directory, target, stat, whole));
      return;
    }
    setTimes(target, stat);
    if (Origins.areKept(stat.type())) { // last: with its attributes it may have become another
      to.origins().add(to.host().stat(target).inode(), inode.inode);
    }
    if (stat.links() > 1) {
      linked.put(inode, target);
    }
  }

  /** Makes an object with all but its marks and its times. */
  private void make(UpperInode inode, Stat stat, Path source, Path target) throws PosixException {
    if (inode.type == FileType.SYMLINK) {
      to.host().symlink(target, from.host().readLink(source));
    } else {
      to.host().create(target, inode.type, stat.mode(), stat.rdevMajor(), stat.rdevMinor());
    }
    if (inode.type == FileType.REGULAR) {
      new ContentCopy(to.host()).copy(from.host(), source, stat.size(), target);
    }
    to.host().setOwnerAndMode(target, stat.uid(), stat.gid(), stat.mode());
    copyXattrs(source, target);
  }

  /** The capabilities come last, as in every copy: what comes after could take them away. */
  private void copyXattrs(Path source, Path target) throws PosixException {
    Name capability = null;
    for (Name stored : from.host().xattrs(source)) {
      if (stored.equals(PlaceAttributes.CAPABILITY)) {
        capability = stored;
      } else {
        copyXattr(source, target, stored);
      }
    }
    if (capability != null) {
      copyXattr(source, target, capability);
    }
  }

  private void copyXattr(Path source, Path target, Name stored) throws PosixException {
    Name shown = from.upper().markNames().unescape(stored);
    byte @Nullable [] value = from.host().xattr(source, stored);
    if (shown != null && value != null) {
      to.host().setXattr(target, to.markNames().escape(shown), value);
    }
  }

  private void mark(UpperInode inode, Path source, Path target) throws PosixException {
    if (Origins.areKept(inode.type)) {
      return;
    }
    to.marks().setInode(target, inode.inode);
    if (inode instanceof UpperDirectory directory) {
      if (from.upper().marks().read(source).opaque() || becomesWhole(directory)) {
        to.marks().setOpaque(target);
      } else if (directory.redirect != null) {
        to.setRedirect(target, directory.redirect);
      }
      if (directory.lower != Lower.NONE) {
        to.marks().setOrigin(target);
      }
    }
  }

  /** Whether a directory shows what has another name beneath, and can't say so any more. */
  private boolean becomesWhole(UpperDirectory directory) {
    return directory.redirect != null && !to.marks().followRedirects();
  }

  private void setTimes(Path place, Stat stat) throws PosixException {
    to.host()
        .setTimes(
            place,
            new Timespec(stat.atimeSeconds(), stat.atimeNanos()),
            new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
  }
}
