package dev.layerfs.testing;

import static dev.layerfs.testing.WrappedPath.unwrap;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The provider of a {@link WrappedFileSystem}: has the wrapped one do everything. */
public abstract class WrappedProvider extends FileSystemProvider {
  private final WrappedFileSystem fileSystem;

  /** Begins to provide a file system. */
  protected WrappedProvider(WrappedFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** Is called before each call that is passed on; whatever it throws, that one throws. */
  protected void before(String call) throws IOException {}

  /** Returns the provider of what a path stands for. */
  protected static FileSystemProvider provider(Path path) {
    return unwrap(path).getFileSystem().provider();
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    before("open");
    return provider(file).newByteChannel(unwrap(file), options, attributes);
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    before("createDirectory");
    provider(directory).createDirectory(unwrap(directory), attributes);
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    before("createSymbolicLink");
    provider(link).createSymbolicLink(unwrap(link), unwrap(target), attributes);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    before("createLink");
    provider(link).createLink(unwrap(link), unwrap(existing));
  }

  @Override
  public void delete(Path path) throws IOException {
    before("delete");
    provider(path).delete(unwrap(path));
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    before("move");
    provider(source).move(unwrap(source), unwrap(target), options);
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    before("copy");
    provider(source).copy(unwrap(source), unwrap(target), options);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return provider(path).getFileAttributeView(unwrap(path), type, options);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    before("newDirectoryStream");
    DirectoryStream<Path> entries = provider(directory)
        .newDirectoryStream(unwrap(directory), path -> filter.accept(fileSystem.wrap(path)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return wrapped(entries.iterator());
      }

      @Override
      public void close() throws IOException {
        entries.close();
      }
    };
  }

  private Iterator<Path> wrapped(Iterator<Path> paths) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return paths.hasNext();
      }

      @Override
      public Path next() {
        try {
          before("next");
        } catch (IOException e) {
          throw new DirectoryIteratorException(e);
        }
        return fileSystem.wrap(paths.next());
      }
    };
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    before("readSymbolicLink");
    return fileSystem.wrap(provider(link).readSymbolicLink(unwrap(link)));
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    before("readAttributes");
    return provider(path).readAttributes(unwrap(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    before("readAttributes");
    return provider(path).readAttributes(unwrap(path), names, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    before("setAttribute");
    provider(path).setAttribute(unwrap(path), attribute, value, options);
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    before("checkAccess");
    provider(path).checkAccess(unwrap(path), modes);
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return provider(one).isSameFile(unwrap(one), unwrap(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return provider(path).isHidden(unwrap(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    before("getFileStore");
    return provider(path).getFileStore(unwrap(path));
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }
}
