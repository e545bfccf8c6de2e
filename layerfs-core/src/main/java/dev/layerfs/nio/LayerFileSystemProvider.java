package dev.layerfs.nio;

import dev.layerfs.nio.LayerFileChannel.Interrupts;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The provider of one {@link LayerFileSystem}; it has no state of its own. */
final class LayerFileSystemProvider extends FileSystemProvider {
  private final LayerFileSystem fileSystem;

  LayerFileSystemProvider(LayerFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  private LayerPath own(Path path) {
    return LayerPath.of(path, fileSystem);
  }

  private FileTree tree() {
    return fileSystem.tree();
  }

  @Override
  public String getScheme() {
    return LayerUri.SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    LayerUri.path(uri);
    throw new UnsupportedOperationException("a layerfs file system is opened by its container");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    LayerUri.path(uri);
    if (!LayerUri.id(uri).equals(fileSystem.id())) {
      throw new FileSystemNotFoundException(uri.toString());
    }
    return fileSystem;
  }

  @Override
  public Path getPath(URI uri) {
    getFileSystem(uri);
    return LayerPath.ofBytes(fileSystem, LayerUri.path(uri));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return tree().open(own(path), OpenRequest.of(options), Interrupts.CLOSE, attributes);
  }

  @Override
  public AsynchronousFileChannel newAsynchronousFileChannel(
      Path path,
      Set<? extends OpenOption> options,
      @Nullable ExecutorService executor,
      FileAttribute<?>... attributes)
      throws IOException {
    OpenRequest request = OpenRequest.ofAsynchronous(options);
    return tree().openAsynchronously(own(path), request, executor, attributes);
  }

  /** An interrupt does not close the stream, as it does not close those of the JDK's own provider. */
  @Override
  public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
    Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
    for (OpenOption option : all) {
      if (option == StandardOpenOption.APPEND || option == StandardOpenOption.WRITE) {
        throw new UnsupportedOperationException("'" + option + "' not allowed");
      }
    }
    return Channels.newInputStream(openQuietly(path, all));
  }

  @Override
  public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
    Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
    if (all.contains(StandardOpenOption.READ)) {
      throw new IllegalArgumentException("READ not allowed");
    }
    if (all.isEmpty()) {
      all.add(StandardOpenOption.CREATE);
      all.add(StandardOpenOption.TRUNCATE_EXISTING);
    }
    all.add(StandardOpenOption.WRITE);
    return Channels.newOutputStream(openQuietly(path, all));
  }

  private FileChannel openQuietly(Path path, Set<OpenOption> options) throws IOException {
    return tree().open(own(path), OpenRequest.of(options), Interrupts.IGNORE);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    Objects.requireNonNull(filter);
    return LayerDirectoryStream.open(tree(), own(directory), LastLink.FOLLOW, filter);
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    tree().createDirectory(own(directory), Options.mode(0777, attributes));
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    Options.requireNone(attributes);
    tree().createSymbolicLink(own(link), own(target).toBytes());
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    tree().createLink(own(link), own(existing));
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    return LayerPath.ofBytes(fileSystem, tree().readLink(own(link)));
  }

  @Override
  public void delete(Path path) throws IOException {
    if (!deleteIfExists(path)) {
      throw Failures.missing(path);
    }
  }

  @Override
  public boolean deleteIfExists(Path path) throws IOException {
    return tree().deleteIfExists(own(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    new FileCopier(tree()).copy(own(source), own(target), CopyRequest.ofCopy(options));
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    new FileCopier(tree()).move(own(source), own(target), CopyRequest.ofMove(options));
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    Objects.requireNonNull(other);
    return other instanceof LayerPath two
        && two.getFileSystem() == fileSystem
        && tree().isSameFile(own(path), two);
  }

  /** A file is hidden if its name begins with a dot. */
  @Override
  public boolean isHidden(Path path) {
    Path name = own(path).getFileName();
    return name != null && name.toString().startsWith(".");
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    tree().existing(own(path), LastLink.FOLLOW);
    return new LayerFileStore(fileSystem);
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    tree().checkAccess(own(path), new HashSet<>(Arrays.asList(modes)));
  }

  /** Overrides a method of JDK 20 and later. */
  public boolean exists(Path path, LinkOption... options) {
    LastLink last = Options.lastLink(options);
    try {
      return tree().find(own(path), last) != null;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return FileAttributeViews.of(type, tree(), own(path), Options.lastLink(options));
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    A attributes = readAttributesIfExists(path, type, options);
    if (attributes == null) {
      throw Failures.missing(path);
    }
    return attributes;
  }

  /** Overrides a method of JDK 20 and later. */
  public <A extends BasicFileAttributes> @Nullable A readAttributesIfExists(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class && type != PosixFileAttributes.class) {
      throw new UnsupportedOperationException(Objects.requireNonNull(type).getName());
    }
    Stat stat = tree().statIfExists(own(path), Options.lastLink(options));
    return stat == null ? null : type.cast(new StatAttributes(fileSystem, stat));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return named(path, options).read(attributes);
  }

  @Override
  public void setAttribute(
      Path path, String attribute, @Nullable Object value, LinkOption... options)
      throws IOException {
    named(path, options).set(attribute, value);
  }

  private NamedAttributes named(Path path, LinkOption... options) {
    return new NamedAttributes(tree(), own(path), Options.lastLink(options));
  }
}
