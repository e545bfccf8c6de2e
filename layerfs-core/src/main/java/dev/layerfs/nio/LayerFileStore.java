package dev.layerfs.nio;

import dev.layerfs.posix.FileSystemStat;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The one store of a file system. Its space is that of the host's file system on which its upper layer is kept. */
final class LayerFileStore extends FileStore {
  private final LayerFileSystem fileSystem;

  LayerFileStore(LayerFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public String name() {
    return fileSystem.id();
  }

  @Override
  public String type() {
    return LayerUri.SCHEME;
  }

  @Override
  public boolean isReadOnly() {
    return fileSystem.isReadOnly();
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
      return fileSystem.tree().view().statfs();
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
    return other instanceof LayerFileStore store && store.fileSystem == fileSystem;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(fileSystem);
  }

  @Override
  public String toString() {
    return fileSystem.id() + " (" + type() + ")";
  }
}
