package dev.layerfs.testing.faulty;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.testing.WrappedFileSystem;
import java.io.IOException;
import java.nio.file.spi.FileSystemProvider;

/** A file system in memory, with permissions and owners, before each of whose calls a fault may strike. */
public final class FaultyFileSystem extends WrappedFileSystem {
  private final FaultyProvider provider = new FaultyProvider(this);
  private volatile Fault fault = Fault.NONE;
  private volatile boolean ownerless;
  private volatile int portion = Integer.MAX_VALUE;

  /** Makes an empty one. */
  public FaultyFileSystem() {
    super(Jimfs.newFileSystem(Configuration.unix().toBuilder()
        .setAttributeViews("basic", "owner", "posix")
        .setWorkingDirectory("/work")
        .build()));
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

  @Override
  public FileSystemProvider provider() {
    return provider;
  }
}
