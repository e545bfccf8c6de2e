package dev.layerfs.volume;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.union.HostErrors;
import dev.layerfs.union.Quota;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system in memory, as tmpfs: nothing of it touches a disk, and it is gone when its view is closed. The size of a file
 * is what counts, holes and all, as they take memory here.
 */
public final class MemoryVolume {
  private static final Upper.Format FORMAT = new Upper.Format("portable");

  private MemoryVolume() {}

  /**
   * Makes an empty one whose changes are made by root.
   *
   * @param maxBytes how many bytes it may hold, files rounded up to whole blocks; {@link Quota#UNLIMITED} for any
   * @param maxInodes how many inodes it may hold, the root among them; {@link Quota#UNLIMITED} for any
   * @param mode permission bits of the root, which 0:0 owns
   * @return its view, whose closing drops it
   * @throws PosixException if it can't be made; {@link dev.layerfs.posix.Errno#ENOSPC} if not even the root fits
   */
  public static HostView open(long maxBytes, long maxInodes, int mode) throws PosixException {
    return open(maxBytes, maxInodes, mode, Identity.ROOT);
  }

  /**
   * Makes an empty one.
   *
   * @param maxBytes how many bytes it may hold, files rounded up to whole blocks; {@link Quota#UNLIMITED} for any
   * @param maxInodes how many inodes it may hold, the root among them; {@link Quota#UNLIMITED} for any
   * @param mode permission bits of the root, which 0:0 owns
   * @param identity who makes the changes
   * @return its view, whose closing drops it
   * @throws PosixException if it can't be made; {@link dev.layerfs.posix.Errno#ENOSPC} if not even the root fits
   */
  public static HostView open(long maxBytes, long maxInodes, int mode, Identity identity)
      throws PosixException {
    Quota quota = new Quota(maxBytes, maxInodes, 0, 0);
    quota.charge(0, 1);
    FileSystem memory = Jimfs.newFileSystem(Configuration.unix().toBuilder()
        .setAttributeViews("basic", "user")
        .setBlockSize(Quota.BLOCK)
        .setMaxSize((long) Quota.BLOCK * Integer.MAX_VALUE) // all it can count; the quota is exact
        .setMaxCacheSize(0) // what was deleted is not kept for later
        .build());
    try {
      Path directory = memory.getPath("/volume");
      Path work = Files.createDirectories(directory.resolve("work"));
      HostFiles files = Upper.hostFiles(FORMAT, work);
      Path root = directory.resolve("data");
      files.create(root, FileType.DIRECTORY, mode & 07777, 0, 0);
      return HostView.ofOwn(
          files, root, HostViewOptions.DEFAULT.by(identity).within(quota), memory);
    } catch (IOException e) {
      throw HostErrors.of(e, "memory");
    }
  }
}
