package dev.layerfs.testing.crash;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.testing.WrappedFileSystem;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;

/**
 * A file system in memory with a journal of all that is done to it. Its directories can be opened and forced, as those of Linux
 * can. Every change is made by one thread at a time, so that the journal has the order in which they were made.
 */
public final class CrashFileSystem extends WrappedFileSystem {
  /** Opened in place of a directory, which Jimfs can't open. */
  private static final String STAND_IN = "/stand-in";

  private static final String ROOT = "/disk";

  private final Journal journal;
  private final CrashProvider provider;

  private CrashFileSystem(FileSystem memory) throws IOException {
    super(memory);
    this.journal = new Journal(Disk.of(memory.getPath(ROOT)));
    this.provider = new CrashProvider(this, journal, memory.getPath(STAND_IN));
  }

  /** Makes an empty one. */
  public static CrashFileSystem create() throws IOException {
    return new CrashFileSystem(memory());
  }

  /** Makes one with the content of a disk. */
  static CrashFileSystem of(Disk disk) throws IOException {
    FileSystem memory = memory();
    disk.write(memory.getPath(ROOT));
    return new CrashFileSystem(memory);
  }

  private static FileSystem memory() throws IOException {
    FileSystem memory = Jimfs.newFileSystem(Configuration.unix().toBuilder()
        .setAttributeViews("basic", "owner", "posix", "unix", "user")
        .build());
    Files.createFile(memory.getPath(STAND_IN));
    Files.createDirectory(memory.getPath(ROOT));
    return memory;
  }

  /** Returns the directory that is the disk's root. */
  public Path root() {
    return getPath(ROOT);
  }

  /** Notes that a call has returned: from now on its effect has to survive. */
  public void mark(String text) {
    journal.add(new Change.Mark(text));
  }

  /** Returns what power loss can leave at any time between the creation of this and now. */
  public CrashStates states() {
    return new CrashStates(journal.before(), journal.changes());
  }

  /** What happens before something is made durable. */
  @FunctionalInterface
  public interface Forcing {
    /** Waits, or fails, as a disk does that can't write. */
    void begin() throws IOException;
  }

  /** Says what happens before something is made durable, from now on. */
  public void beforeForces(Forcing step) {
    journal.beforeForces(step);
  }

  /** Returns how often something was made durable. */
  public long forces() {
    return journal.changes().stream().filter(Change.Force.class::isInstance).count();
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }
}
