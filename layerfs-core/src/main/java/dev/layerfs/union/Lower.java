package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The image beneath a view, with failures as errno. Never changes; safe for use by several threads. */
final class Lower {
  /** Stands for "no inode". */
  static final long NONE = -1;

  private final ErofsImage image;
  private final LowerLinks links = new LowerLinks(this);

  Lower(ErofsImage image) {
    this.image = image;
  }

  long root() {
    return image.root();
  }

  /** Returns the names of an inode that has several. */
  List<LowerLinks.Link> links(long nid) throws PosixException {
    return links.of(nid);
  }

  /** Returns the inode that has a name, {@link #NONE} if none has. */
  long lookup(long directory, Name name) throws PosixException {
    return entry(directory, name).nid();
  }

  ImageEntry entry(long directory, Name name) throws PosixException {
    try {
      return image.lookup(directory, name);
    } catch (IOException e) {
      throw failure(e, name.toString());
    }
  }

  List<DirectoryEntry> list(long directory) throws PosixException {
    try {
      return image.list(directory);
    } catch (IOException e) {
      throw failure(e, directory);
    }
  }

  FileType type(long nid) throws PosixException {
    try {
      return image.type(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  Stat stat(long nid) throws PosixException {
    try {
      return image.stat(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  long size(long nid) throws PosixException {
    try {
      return image.size(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  byte[] readLink(long nid) throws PosixException {
    try {
      return image.readLink(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  int read(long nid, long position, ByteBuffer target) throws PosixException {
    try {
      return image.read(nid, position, target);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  MappedByteBuffer map(long nid, long position, long size) throws PosixException {
    try {
      return image.map(nid, position, size);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  byte @Nullable [] xattr(long nid, Name name) throws PosixException {
    try {
      return image.xattr(nid, name);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  List<Name> xattrs(long nid) throws PosixException {
    try {
      return image.xattrs(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  long totalBytes() {
    return image.totalBytes();
  }

  private static PosixException failure(IOException cause, long nid) {
    return failure(cause, "inode " + nid + " of the image");
  }

  private static PosixException failure(IOException cause, String subject) {
    return cause instanceof PosixException posix
        ? posix
        : new PosixException(
            cause instanceof ClosedByInterruptException ? Errno.EINTR : Errno.EIO, subject, cause);
  }
}
