package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.erofs.FileMapper;
import dev.layerfs.erofs.ImageEntry;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The image beneath a view, with failures as errno. Never changes; safe for use by several threads. */
final class ImageLower implements Lower {
  private final ErofsImage image;
  private final ImageLinks links = new ImageLinks(this);

  ImageLower(ErofsImage image) {
    this.image = image;
  }

  @Override
  public long root() {
    return image.root();
  }

  @Override
  public List<List<Name>> links(long nid) throws PosixException {
    return links.of(nid);
  }

  /** Only who found an inode of the image knows where: its nid doesn't say. */
  @Override
  public @Nullable Entry place(long nid) {
    return null;
  }

  @Override
  public boolean isChanged(long nid) {
    return false;
  }

  @Override
  public boolean isGone(long nid) {
    return false;
  }

  @Override
  public FileChannel open(long nid) {
    throw new IllegalStateException("content of an image is read in place");
  }

  @Override
  public ImageEntry entry(long directory, Name name) throws PosixException {
    try {
      return image.lookup(directory, name);
    } catch (IOException e) {
      throw failure(e, name.toString());
    }
  }

  @Override
  public List<DirectoryEntry> list(long directory) throws PosixException {
    try {
      return image.list(directory);
    } catch (IOException e) {
      throw failure(e, directory);
    }
  }

  @Override
  public FileType type(long nid) throws PosixException {
    try {
      return image.type(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public Stat stat(long nid) throws PosixException {
    try {
      return image.stat(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public long size(long nid) throws PosixException {
    try {
      return image.size(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public byte[] readLink(long nid) throws PosixException {
    try {
      return image.readLink(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public int read(long nid, long position, ByteBuffer target) throws PosixException {
    try {
      return image.read(nid, position, target);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public <T> T map(long nid, long position, long size, FileMapper<T> mapper) throws PosixException {
    try {
      return image.map(nid, position, size, mapper);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public byte @Nullable [] xattr(long nid, Name name) throws PosixException {
    try {
      return image.xattr(nid, name);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public List<Name> xattrs(long nid) throws PosixException {
    try {
      return image.xattrs(nid);
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public @Nullable FileRange range(long nid) throws PosixException {
    try {
      ErofsImage.Extent extent = image.extent(nid);
      return new FileRange(image.file(extent), extent.offset(), extent.length());
    } catch (UnsupportedImageException e) {
      return null;
    } catch (IOException e) {
      throw failure(e, nid);
    }
  }

  @Override
  public long totalBytes() {
    return image.totalBytes();
  }

  /** An inode of an upper that is no more, because it was rolled back, is none of the image's. */
  private static PosixException failure(IOException cause, long nid) {
    return nid >= UpperTree.FIRST_NID
        ? new PosixException(Errno.ESTALE, "an inode of an upper that was thrown away")
        : failure(cause, "inode " + nid + " of the image");
  }

  private static PosixException failure(IOException cause, String subject) {
    return cause instanceof PosixException posix
        ? posix
        : new PosixException(errno(cause), subject, cause);
  }

  private static Errno errno(IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return Errno.EINTR;
    }
    return cause instanceof ClosedChannelException ? Errno.EBADF : Errno.EIO;
  }
}
