package dev.layerfs.testing;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;

/** A file system that is another one, whose provider does something else besides. */
public abstract class WrappedFileSystem extends FileSystem {
  private final FileSystem wrapped;

  /** Wraps a file system, which is closed with this one. */
  protected WrappedFileSystem(FileSystem wrapped) {
    this.wrapped = wrapped;
  }

  /** Returns a path of this file system for one of the wrapped one. */
  public WrappedPath wrap(Path path) {
    return new WrappedPath(this, path);
  }

  @Override
  public void close() throws IOException {
    wrapped.close();
  }

  @Override
  public boolean isOpen() {
    return wrapped.isOpen();
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return wrapped.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(getPath("/"));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return wrapped.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return wrapped.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(wrapped.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    PathMatcher matcher = wrapped.getPathMatcher(pattern);
    return path -> matcher.matches(WrappedPath.unwrap(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return wrapped.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }
}
