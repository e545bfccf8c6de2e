package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Where a portable upper keeps the record of each object, and how the record keeps up with the object. */
interface RecordStore {
  /** Returns an object's record, or null if it has none. */
  byte @Nullable [] read(Path object) throws PosixException;

  void write(Path object, byte[] record) throws PosixException;

  /** The object at one place is about to move to another, where it replaces what is there. */
  void move(Path from, Path to) throws PosixException;

  /** An object has got another name. */
  void link(Path existing, Path added) throws PosixException;

  /** A name is gone. */
  void delete(Path object) throws PosixException;

  void sync(Path object) throws PosixException;

  /** In a user-defined attribute, which goes wherever the object goes. */
  final class Attribute implements RecordStore {
    private static final String NAME = "overlay.layerfs.inode";

    @Override
    public byte @Nullable [] read(Path object) throws PosixException {
      return UserAttributes.get(object, NAME);
    }

    @Override
    public void write(Path object, byte[] record) throws PosixException {
      UserAttributes.set(object, NAME, record);
    }

    @Override
    public void move(Path from, Path to) {}

    @Override
    public void link(Path existing, Path added) {}

    @Override
    public void delete(Path object) {}

    @Override
    public void sync(Path object) {}
  }

  /** In a file beside each name; those of one object's names are names of one file as well. */
  final class SideFile implements RecordStore {
    static final String PREFIX = "%a-";

    private static Path side(Path object) {
      return object.resolveSibling(PREFIX + object.getFileName());
    }

    @Override
    public byte @Nullable [] read(Path object) throws PosixException {
      Path side = side(object);
      return uninterrupted(
          object,
          () -> Files.exists(side, LinkOption.NOFOLLOW_LINKS) ? Files.readAllBytes(side) : null);
    }

    @Override
    public void write(Path object, byte[] record) throws PosixException {
      uninterrupted(object, () -> Files.write(side(object), record));
    }

    /**
     * Reads or writes a record until that is not interrupted: one that is written in part is lost, and its object with it;
     * and who takes back what was interrupted needs records.
     */
    private static <T extends @Nullable Object> T uninterrupted(Path object, Access<T> access)
        throws PosixException {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return access.run();
          } catch (ClosedByInterruptException e) {
            interrupted = Thread.interrupted();
          }
        }
      } catch (IOException e) {
        throw HostErrors.of(e, object);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private interface Access<T extends @Nullable Object> {
      T run() throws IOException;
    }

    @Override
    public void move(Path from, Path to) throws PosixException {
      try {
        Files.move(
            side(from),
            side(to),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw HostErrors.of(e, to);
      }
    }

    @Override
    public void link(Path existing, Path added) throws PosixException {
      try {
        Files.createLink(side(added), side(existing));
      } catch (IOException e) {
        throw HostErrors.of(e, added);
      }
    }

    @Override
    public void delete(Path object) throws PosixException {
      try {
        Files.deleteIfExists(side(object));
      } catch (IOException e) {
        throw HostErrors.of(e, object);
      }
    }

    @Override
    public void sync(Path object) throws PosixException {
      Channels.sync(side(object));
    }
  }
}
