package dev.layerfs.overlay;

import dev.layerfs.error.Printable;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.MountBackend.Bind;
import dev.layerfs.spi.MountBackend.Memory;
import dev.layerfs.spi.MountBackend.Volume;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Mounts volumes in containers: each is made where nobody sees it, gets its attributes, and is then attached to the place, by
 * descriptors, so that no name is resolved twice. What it propagates it gets from the place alone.
 */
final class VolumeMounter {
  /** As docker mounts what is in memory: nobody means to run set-id programs from there, or to keep devices. */
  private static final long MEMORY_ATTRIBUTES =
      MountAttributes.NOSUID | MountAttributes.NODEV | MountAttributes.NOEXEC;

  /** {@code ULONG_MAX / BOGO_INODE_SIZE} of {@code mm/shmem.c}, halved since a long has a sign. */
  private static final long MAX_INODES = Long.MAX_VALUE >> 10;

  private final MountCalls calls;

  VolumeMounter(MountCalls calls) {
    this.calls = calls;
  }

  /** Mounts a volume, as {@link dev.layerfs.spi.MountBackend#mountVolume} says. */
  Path mount(Volume volume, Path root, List<Name> place) throws IOException {
    return switch (volume) {
      case Bind bind -> mount(bind, root, place);
      case Memory memory -> mount(memory, root, place);
    };
  }

  private Path mount(Bind bind, Path root, List<Name> place) throws IOException {
    String subject = bind.source().toString();
    try (Descriptor source = source(bind);
        Descriptor clone = new Descriptor(calls.openTree(source.number(), subject))) {
      FileType type = FileStatus.of(source, bind.source()).type();
      if (type == FileType.SYMLINK) {
        throw new PosixException(Errno.ELOOP, Printable.of(subject) + " is a symbolic link");
      }
      calls.makePrivate(clone.number(), bind.readOnly() ? MountAttributes.RDONLY : 0, subject);
      return attach(clone, root, place, type == FileType.DIRECTORY);
    }
  }

  private static Descriptor source(Bind bind) throws PosixException {
    Descriptor whole;
    byte[] path = Places.bytesOf(bind.source());
    try (Located at = Located.of(FileCalls.AT_FDCWD, path, bind.source())) {
      whole = at.open(OpenFlags.PATH, bind.source());
    }
    if (bind.subpath().isEmpty()) {
      return whole;
    }
    try (whole;
        Arena arena = Arena.ofConfined()) {
      long found = Descriptor.findInRoot(whole, PlaceInside.text(bind.subpath(), arena));
      String subject = bind.source() + " " + bind.subpath();
      return new Descriptor((int) LinuxErrors.check(found, "openat2", subject));
    }
  }

  private Path mount(Memory memory, Path root, List<Name> place) throws IOException {
    try (FsContext context = FsContext.open(calls, "tmpfs", "tmpfs")) {
      context.string("source", "layerfs");
      context.string("size", Long.toString(memory.maxBytes()));
      context.string("nr_inodes", Long.toString(Math.min(memory.maxInodes(), MAX_INODES)));
      context.string("mode", Integer.toOctalString(memory.mode()));
      keepFromSwap(context);
      context.create();
      long readOnly = memory.readOnly() ? MountAttributes.RDONLY : 0;
      try (Descriptor mount = context.mount(MEMORY_ATTRIBUTES | readOnly)) {
        return attach(mount, root, place, true);
      }
    }
  }

  /** Linux 6.4 has this option, and refuses it to user namespaces. */
  private static void keepFromSwap(FsContext context) throws KernelError {
    try {
      context.flag("noswap");
    } catch (KernelError e) {
      if (!e.is(Errno.EINVAL)) {
        throw e;
      }
    }
  }

  private Path attach(Descriptor mount, Path root, List<Name> place, boolean directory)
      throws IOException {
    try (MountTarget container = MountTarget.open(calls, root);
        Descriptor at =
            new PlaceInside(container.descriptor(), place, directory, root).open(calls)) {
      calls.moveMount(mount.number(), at.number(), root + " " + place);
      // what the kernel says, which is not resolved again: its names may lead elsewhere by now
      return Files.readSymbolicLink(Path.of(mount.path()));
    }
  }
}
