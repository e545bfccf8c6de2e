package dev.layerfs.erofs;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Stat;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reader. Inodes are named by nid (a long). Thread-safe. */
public final class ErofsImage implements Closeable {
  public static ErofsImage open(Path file, List<Path> devices) throws IOException {
    throw new UnsupportedOperationException();
  }

  public long root() {
    throw new UnsupportedOperationException();
  }

  /** nid of the name, or -1. */
  public long lookup(long directory, Name name) throws IOException {
    throw new UnsupportedOperationException();
  }

  public List<DirectoryEntry> list(long directory) throws IOException {
    throw new UnsupportedOperationException();
  }

  public FileType type(long nid) throws IOException {
    throw new UnsupportedOperationException();
  }

  public Stat stat(long nid) throws IOException {
    throw new UnsupportedOperationException();
  }

  public long size(long nid) throws IOException {
    throw new UnsupportedOperationException();
  }

  public byte[] readLink(long nid) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** -1 at end of file, else bytes read (fills target as far as file reaches). */
  public int read(long nid, long position, ByteBuffer target) throws IOException {
    throw new UnsupportedOperationException();
  }

  public byte @Nullable [] xattr(long nid, Name name) throws IOException {
    throw new UnsupportedOperationException();
  }

  public List<Name> xattrs(long nid) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Device index (-1: the file itself) and byte offset where a regular file's content lies, contiguous. */
  public record Extent(int device, long offset, long length) {}

  public Extent extent(long nid) throws IOException {
    throw new UnsupportedOperationException();
  }

  public long totalBytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
