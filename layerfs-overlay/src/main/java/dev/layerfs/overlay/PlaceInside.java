package dev.layerfs.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Resolver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Finds the place in a container's mounted root where something is to be mounted, and makes it where it is missing. The kernel
 * resolves each path as a process in the container would ({@code RESOLVE_IN_ROOT}), whoever has put which links there, so
 * that nothing outside the root is ever found or made.
 */
final class PlaceInside {
  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private final Descriptor root;
  private final List<Name> path;
  private final boolean directory;
  private final Path shown;
  private final Deque<Name> left;
  private final List<Name> found = new ArrayList<>();
  private int links;

  /**
   * Begins at a root.
   *
   * @param root the container's root
   * @param path the names of the path in the container
   * @param directory whether a directory is to be mounted there
   * @param shown the root's path, for messages
   */
  PlaceInside(Descriptor root, List<Name> path, boolean directory, Path shown) {
    this.root = root;
    this.path = path;
    this.directory = directory;
    this.shown = shown;
    this.left = new ArrayDeque<>(path);
  }

  /**
   * Opens the place.
   *
   * @throws PosixException {@link Errno#EINVAL} if it is the root; {@link Errno#ENOTDIR} if a directory would be mounted at
   *     something else, or something else at a directory
   */
  Descriptor open(MountCalls calls) throws PosixException {
    while (!left.isEmpty()) {
      step(left.remove());
    }
    Descriptor place = new Descriptor((int) LinuxErrors.check(find(found), "openat2", this));
    try {
      boolean onDirectory = FileStatus.of(place, shown).type() == FileType.DIRECTORY;
      if (onDirectory != directory) {
        throw new PosixException(
            Errno.ENOTDIR, this + (onDirectory ? ": a directory" : ": not a directory"));
      }
      if (onDirectory && isRoot(place, calls)) {
        throw new PosixException(Errno.EINVAL, this + ": leads to the container's root");
      }
      return place;
    } catch (PosixException | RuntimeException e) {
      place.close();
      throw e;
    }
  }

  private boolean isRoot(Descriptor place, MountCalls calls) throws PosixException {
    return calls
            .mountOf(RawPath.ofText(place.path()))
            .equals(calls.mountOf(RawPath.ofText(root.path())))
        && FileStatus.of(place, shown).inode() == FileStatus.of(root, shown).inode();
  }

  private void step(Name name) throws PosixException {
    found.add(name);
    long result = find(found);
    if (result >= 0) {
      FileCalls.close((int) result);
    } else if (LinuxErrors.is(result, Errno.ENOENT)) {
      found.remove(found.size() - 1);
      make(name);
    } else {
      throw LinuxErrors.of(result, "openat2", this);
    }
  }

  /** Makes what is missing, or turns to where a link leads that has no target. */
  private void make(Name name) throws PosixException {
    try (Arena arena = Arena.ofConfined();
        Descriptor parent = new Descriptor((int) LinuxErrors.check(find(found), "openat2", this))) {
      MemorySegment text = NativeFiles.text(name.toBytes(), arena);
      boolean file = left.isEmpty() && !directory;
      long result = file
          ? FileCalls.mknodat(parent.number(), text, FileType.REGULAR.format() | FILE_MODE, 0)
          : FileCalls.mkdirat(parent.number(), text, DIRECTORY_MODE);
      if (LinuxErrors.is(result, Errno.EEXIST)) {
        follow(parent, text, name, arena);
      } else {
        LinuxErrors.check(result, file ? "mknodat" : "mkdirat", this);
        setMode(parent, text, file ? FILE_MODE : DIRECTORY_MODE, arena);
        left.addFirst(name);
      }
    }
  }

  /** Whatever this process's umask. */
  private void setMode(Descriptor parent, MemorySegment name, int mode, Arena arena)
      throws PosixException {
    try (Descriptor made = Descriptor.open(parent.number(), name, OpenFlags.PATH, shown)) {
      if (FileStatus.of(made, shown).type() != FileType.SYMLINK) {
        LinuxErrors.check(FileCalls.chmod(made.path(arena), mode), "chmod", this);
      }
    }
  }

  private void follow(Descriptor parent, MemorySegment text, Name name, Arena arena)
      throws PosixException {
    links++;
    if (links > Resolver.MAX_LINKS) {
      throw new PosixException(Errno.ELOOP, String.valueOf(this));
    }
    MemorySegment buffer = arena.allocate(Resolver.MAX_PATH);
    long length = FileCalls.readlinkat(parent.number(), text, buffer);
    if (LinuxErrors.is(length, Errno.EINVAL)) {
      left.addFirst(name); // somebody has just made it
      return;
    }
    LinuxErrors.check(length, "readlinkat", this);
    byte[] target = buffer.asSlice(0, length).toArray(JAVA_BYTE);
    if (target[0] == '/') {
      found.clear();
    }
    List<Name> names = new ArrayList<>(Resolver.split(target));
    Collections.reverse(names);
    names.forEach(left::addFirst);
  }

  private long find(List<Name> names) {
    try (Arena arena = Arena.ofConfined()) {
      return Descriptor.findInRoot(root, text(names, arena));
    }
  }

  /** Returns the path of some names, for calls. */
  static MemorySegment text(List<Name> names, Arena arena) {
    RawPath text = RawPath.ofText(".");
    for (Name name : names) {
      text = text.append(new byte[] {'/'}).append(name.toBytes());
    }
    return text.in(arena);
  }

  /** Returns it for messages. */
  @Override
  public String toString() {
    return shown + ": " + String.join("/", path.stream().map(Name::toString).toList());
  }
}
