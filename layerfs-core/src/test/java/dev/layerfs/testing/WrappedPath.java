package dev.layerfs.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path of one file system as one of another, whose provider does something with its own. Immutable. */
public final class WrappedPath implements Path {
  private final FileSystem fileSystem;
  private final Path path;

  public WrappedPath(FileSystem fileSystem, Path path) {
    this.fileSystem = fileSystem;
    this.path = path;
  }

  public static Path unwrap(Path path) {
    if (path instanceof WrappedPath ours) {
      return ours.path;
    }
    throw new ProviderMismatchException();
  }

  private @Nullable Path wrap(@Nullable Path of) {
    return of == null ? null : new WrappedPath(fileSystem, of);
  }

  @Override
  public FileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return path.isAbsolute();
  }

  @Override
  public @Nullable Path getRoot() {
    return wrap(path.getRoot());
  }

  @Override
  public @Nullable Path getFileName() {
    return wrap(path.getFileName());
  }

  @Override
  public @Nullable Path getParent() {
    return wrap(path.getParent());
  }

  @Override
  public int getNameCount() {
    return path.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return new WrappedPath(fileSystem, path.getName(index));
  }

  @Override
  public Path subpath(int begin, int end) {
    return new WrappedPath(fileSystem, path.subpath(begin, end));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof WrappedPath ours && path.startsWith(ours.path);
  }

  @Override
  public boolean endsWith(Path other) {
    return other instanceof WrappedPath ours && path.endsWith(ours.path);
  }

  @Override
  public Path normalize() {
    return new WrappedPath(fileSystem, path.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return new WrappedPath(fileSystem, path.resolve(unwrap(other)));
  }

  @Override
  public Path relativize(Path other) {
    return new WrappedPath(fileSystem, path.relativize(unwrap(other)));
  }

  @Override
  public URI toUri() {
    return path.toUri();
  }

  @Override
  public Path toAbsolutePath() {
    return new WrappedPath(fileSystem, path.toAbsolutePath());
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return new WrappedPath(fileSystem, path.toRealPath(options));
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int compareTo(Path other) {
    return path.compareTo(unwrap(other));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WrappedPath ours
        && fileSystem == ours.fileSystem
        && path.equals(ours.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
