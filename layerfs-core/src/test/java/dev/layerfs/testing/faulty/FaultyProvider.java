package dev.layerfs.testing.faulty;

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
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does everything in Jimfs, if no fault strikes before. It has no file channels, as some providers. */
final class FaultyProvider extends FileSystemProvider {
  private final FaultyFileSystem fileSystem;

  FaultyProvider(FaultyFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  private static FileSystemProvider memory(Path path) {
    return unwrap(path).getFileSystem().provider();
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    fileSystem.call("open");
    return new FaultyChannel(
        fileSystem, memory(file).newByteChannel(unwrap(file), options, attributes));
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    fileSystem.call("createDirectory");
    memory(directory).createDirectory(unwrap(directory), attributes);
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    fileSystem.call("createSymbolicLink");
    memory(link).createSymbolicLink(unwrap(link), unwrap(target), attributes);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    fileSystem.call("createLink");
    memory(link).createLink(unwrap(link), unwrap(existing));
  }

  @Override
  public void delete(Path path) throws IOException {
    fileSystem.call("delete");
    memory(path).delete(unwrap(path));
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    fileSystem.call("move");
    memory(source).move(unwrap(source), unwrap(target), options);
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    fileSystem.call("copy");
    memory(source).copy(unwrap(source), unwrap(target), options);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    V view = memory(path).getFileAttributeView(unwrap(path), type, options);
    return view == null ? null : FaultyView.of(fileSystem, view, type);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    fileSystem.call("newDirectoryStream");
    DirectoryStream<Path> entries = memory(directory)
        .newDirectoryStream(unwrap(directory), path -> filter.accept(fileSystem.wrap(path)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        Iterator<Path> paths = entries.iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return paths.hasNext();
          }

          @Override
          public Path next() {
            try {
              fileSystem.call("next");
            } catch (IOException e) {
              throw new DirectoryIteratorException(e);
            }
            return fileSystem.wrap(paths.next());
          }
        };
      }

      @Override
      public void close() throws IOException {
        entries.close();
      }
    };
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    fileSystem.call("readSymbolicLink");
    return fileSystem.wrap(memory(link).readSymbolicLink(unwrap(link)));
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    fileSystem.call("readAttributes");
    A attributes = memory(path).readAttributes(unwrap(path), type, options);
    return fileSystem.isOwnerless() && attributes instanceof PosixFileAttributes posix
        ? type.cast(new Ownerless(posix))
        : attributes;
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    fileSystem.call("readAttributes");
    return memory(path).readAttributes(unwrap(path), names, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    fileSystem.call("setAttribute");
    memory(path).setAttribute(unwrap(path), attribute, value, options);
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    fileSystem.call("checkAccess");
    memory(path).checkAccess(unwrap(path), modes);
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return memory(one).isSameFile(unwrap(one), unwrap(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return memory(path).isHidden(unwrap(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    fileSystem.call("getFileStore");
    return memory(path).getFileStore(unwrap(path));
  }

  @Override
  public String getScheme() {
    return "faulty";
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
