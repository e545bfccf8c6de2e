package dev.layerfs.testing.faulty;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.testing.WrappedPath;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/** A file system in memory, with permissions and owners, before each of whose calls a fault may strike. */
public final class FaultyFileSystem extends FileSystem {
  private final FileSystem memory;
  private final FaultyProvider provider = new FaultyProvider(this);
  private volatile Fault fault = Fault.NONE;
  private volatile boolean ownerless;
  private volatile int portion = Integer.MAX_VALUE;

  /** Makes an empty one. */
  public FaultyFileSystem() {
    memory = Jimfs.newFileSystem(Configuration.unix().toBuilder()
        .setAttributeViews("basic", "owner", "posix")
        .setWorkingDirectory("/work")
        .build());
  }

  /** What happens before each call of the provider, its channels and its directory streams. */
  @FunctionalInterface
  public interface Fault {
    /** None. */
    Fault NONE = call -> {};

    /** Fails, waits, or does nothing. */
    void strike(String call) throws IOException;
  }

  /** Says what happens from now on. */
  public void fail(Fault now) {
    fault = now;
  }

  /** From now on objects have neither owner nor group. */
  public void forgetOwners() {
    ownerless = true;
  }

  /** From now on channels read and write only so many bytes at once. */
  public void transfer(int bytes) {
    portion = bytes;
  }

  void call(String call) throws IOException {
    fault.strike(call);
  }

  boolean isOwnerless() {
    return ownerless;
  }

  int portion() {
    return portion;
  }

  WrappedPath wrap(Path path) {
    return new WrappedPath(this, path);
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    memory.close();
  }

  @Override
  public boolean isOpen() {
    return memory.isOpen();
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return memory.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(getPath("/"));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return memory.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return memory.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(memory.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    PathMatcher matcher = memory.getPathMatcher(pattern);
    return path -> matcher.matches(WrappedPath.unwrap(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return memory.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }
}
