package dev.layerfs.nio;

import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The store of a file system, or of something that is mounted in it. Its space is its limit, or that of the host's file system
 * on which it is kept. A file system's own store has its name, others that of where they are mounted.
 */
final class LayerFileStore extends FileStore {
  private final LayerFileSystem fileSystem;
  private final String name;
  private final Node root;

  LayerFileStore(LayerFileSystem fileSystem, String name, Node root) {
    this.fileSystem = fileSystem;
    this.name = name;
    this.root = root;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String type() {
    return LayerUri.SCHEME;
  }

  @Override
  public boolean isReadOnly() {
    try {
      return fileSystem.tree().view().statfs(root).readOnly();
    } catch (PosixException e) {
      fileSystem.checkOpen();
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long getTotalSpace() throws IOException {
    return bytes(FileSystemStat::totalBlocks);
  }

  @Override
  public long getUsableSpace() throws IOException {
    return bytes(FileSystemStat::availableBlocks);
  }

  @Override
  public long getUnallocatedSpace() throws IOException {
    return bytes(FileSystemStat::freeBlocks);
  }

  @Override
  public long getBlockSize() throws IOException {
    return figures().blockSize();
  }

  private FileSystemStat figures() throws IOException {
    try {
      return fileSystem.tree().view().statfs(root);
    } catch (PosixException e) {
      throw Failures.of(e, fileSystem.root());
    }
  }

  private long bytes(ToLongFunction<FileSystemStat> blocks) throws IOException {
    FileSystemStat figures = figures();
    try {
      return Math.multiplyExact(blocks.applyAsLong(figures), figures.blockSize());
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE; // as the JDK's stores do
    }
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return FileAttributeViews.isSupported(Objects.requireNonNull(type));
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return FileAttributeViews.NAMES.contains(name);
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    Objects.requireNonNull(type);
    return null;
  }

  @Override
  public Object getAttribute(String attribute) throws IOException {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "usableSpace" -> getUsableSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      default -> throw new UnsupportedOperationException("'" + attribute + "' not recognized");
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayerFileStore store
        && store.fileSystem == fileSystem
        && store.name.equals(name);
  }

  @Override
  public int hashCode() {
    return 31 * System.identityHashCode(fileSystem) + name.hashCode();
  }

  @Override
  public String toString() {
    return name + " (" + type() + ")";
  }
}
