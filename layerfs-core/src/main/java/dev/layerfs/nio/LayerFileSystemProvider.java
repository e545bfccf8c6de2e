package dev.layerfs.nio;

import dev.layerfs.nio.LayerFileChannel.Interrupts;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Resolver.LastLink;
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

/**
 * The provider of all {@link LayerFileSystem}s: what is asked of a path is done by the path's file system. Knows which are
 * open, so that it can be asked for them by URI; opens none.
 */
public class LayerFileSystemProvider extends FileSystemProvider {
  private final OpenFileSystems fileSystems = new OpenFileSystems();

  /** Makes a provider of no file systems. */
  public LayerFileSystemProvider() {}

  /**
   * Returns the provider that the JDK finds when it is asked for one by URI. There is none if this library was loaded by a
   * class loader in which the JDK does not look, a web application's for example: then a provider of its own for each file
   * system.
   */
  static LayerFileSystemProvider installed() {
    for (FileSystemProvider provider : installedProviders()) {
      if (provider instanceof LayerFileSystemProvider own) {
        return own;
      }
    }
    return new LayerFileSystemProvider();
  }

  OpenFileSystems fileSystems() {
    return fileSystems;
  }

  @Override
  public final String getScheme() {
    return LayerUri.SCHEME;
  }

  /** Opens nothing: there is no store here. */
  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
    LayerUri.parse(uri);
    throw new UnsupportedOperationException("needs the provider that the JDK has installed");
  }

  @Override
  public final FileSystem getFileSystem(URI uri) {
    return open(LayerUri.parse(uri), uri);
  }

  @Override
  public final Path getPath(URI uri) {
    LayerUri file = LayerUri.parse(uri);
    return LayerPath.ofBytes(open(file, uri), file.path());
  }

  private LayerFileSystem open(LayerUri file, URI uri) {
    LayerFileSystem fileSystem = find(file);
    if (fileSystem == null) {
      throw new FileSystemNotFoundException(uri.toString());
    }
    return fileSystem;
  }

  /**
   * Returns the open file system that a URI names.
   *
   * @param file what the URI says; its path plays no part
   * @return the file system, or null if none is open by that name
   */
  protected @Nullable LayerFileSystem find(LayerUri file) {
    return file.store().isPresent() ? null : fileSystems.find(file.name());
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
    LayerPath own = LayerPath.of(path);
    return own.tree().open(own, OpenRequest.of(options), Interrupts.CLOSE, attributes);
  }

  @Override
  public AsynchronousFileChannel newAsynchronousFileChannel(
      Path path,
      Set<? extends OpenOption> options,
      @Nullable ExecutorService executor,
      FileAttribute<?>... attributes)
      throws IOException {
    LayerPath own = LayerPath.of(path);
    OpenRequest request = OpenRequest.ofAsynchronous(options);
    return own.tree().openAsynchronously(own, request, executor, attributes);
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
    return Channels.newInputStream(openQuietly(path, OpenRequest.of(all)));
  }

  @Override
  public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
    return Channels.newOutputStream(openQuietly(path, OpenRequest.ofOutputStream(options)));
  }

  private static FileChannel openQuietly(Path path, OpenRequest request) throws IOException {
    LayerPath own = LayerPath.of(path);
    return own.tree().open(own, request, Interrupts.IGNORE);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    LayerPath own = LayerPath.of(directory);
    Objects.requireNonNull(filter);
    return LayerDirectoryStream.open(own.tree(), own, LastLink.FOLLOW, filter);
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    LayerPath own = LayerPath.of(directory);
    own.tree().createDirectory(own, Options.mode(0777, attributes));
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    LayerPath own = LayerPath.of(link);
    byte[] bytes = LayerPath.of(target, own.getFileSystem()).toBytes();
    Options.requireNone(attributes);
    own.tree().createSymbolicLink(own, bytes);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    LayerPath own = LayerPath.of(link);
    LayerPath other = LayerPath.of(existing);
    if (own.getFileSystem() != other.getFileSystem()) {
      throw Failures.of(Errno.EXDEV, own, other);
    }
    own.tree().createLink(own, other);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    LayerPath own = LayerPath.of(link);
    return LayerPath.ofBytes(own.getFileSystem(), own.tree().readLink(own));
  }

  @Override
  public void delete(Path path) throws IOException {
    if (!deleteIfExists(path)) {
      throw Failures.missing(path);
    }
  }

  @Override
  public boolean deleteIfExists(Path path) throws IOException {
    LayerPath own = LayerPath.of(path);
    return own.tree().deleteIfExists(own);
  }

  /** Copies within a file system, or from one to another with nothing lost. */
  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    LayerPath from = LayerPath.of(source);
    LayerPath to = LayerPath.of(target);
    new FileCopier(from.tree(), to.tree()).copy(from, to, CopyRequest.ofCopy(options));
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    LayerPath from = LayerPath.of(source);
    LayerPath to = LayerPath.of(target);
    new FileMover(from.tree(), to.tree()).move(from, to, CopyRequest.ofMove(options));
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return Objects.requireNonNull(path) instanceof LayerPath one
        && Objects.requireNonNull(other) instanceof LayerPath two
        && FileTree.isSameFile(one, two);
  }

  /** A file is hidden if its name begins with a dot. */
  @Override
  public boolean isHidden(Path path) {
    LayerPath own = LayerPath.of(path);
    own.getFileSystem().checkOpen();
    Path name = own.getFileName();
    return name != null && name.toString().startsWith(".");
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    LayerPath own = LayerPath.of(path);
    return own.getFileSystem().store(own.tree().existing(own, LastLink.FOLLOW));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    LayerPath own = LayerPath.of(path);
    own.tree().checkAccess(own, Set.copyOf(Arrays.asList(modes)));
  }

  /** Overrides a method of JDK 20 and later. */
  public boolean exists(Path path, LinkOption... options) {
    LayerPath own = LayerPath.of(path);
    LastLink last = Options.lastLink(options);
    try {
      return own.tree().find(own, last) != null;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    LayerPath own = LayerPath.of(path);
    return FileAttributeViews.of(type, own.tree(), own, Options.lastLink(options));
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
    LayerPath own = LayerPath.of(path);
    if (type != BasicFileAttributes.class && type != PosixFileAttributes.class) {
      throw new UnsupportedOperationException(Objects.requireNonNull(type).getName());
    }
    return type.cast(own.tree().attributesIfExists(own, Options.lastLink(options)));
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

  private static NamedAttributes named(Path path, LinkOption... options) {
    LayerPath own = LayerPath.of(path);
    return new NamedAttributes(own.tree(), own, Options.lastLink(options));
  }
}
