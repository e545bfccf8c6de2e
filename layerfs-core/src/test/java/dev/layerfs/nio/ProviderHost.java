package dev.layerfs.nio;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.io.MoreFiles;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.testing.LoopMount;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;

/** The hosts that a container's store is tried on. */
enum ProviderHost {
  /** ext4, mounted from a file. */
  EXT4,
  /** xfs, mounted from a file. */
  XFS,
  /** tmpfs. */
  TMPFS,
  /** A file system in memory without user attributes. */
  JIMFS_UNIX,
  /** A file system in memory that ignores case and has no POSIX permissions. */
  JIMFS_WINDOWS,
  /** A file system in memory that ignores case and normalises names. */
  JIMFS_OSX;

  /** What is done with a directory of the host. */
  interface Use {
    /** Does it. */
    void in(Path directory) throws IOException;
  }

  /** Hands over an empty directory of the host, and clears up. The test is skipped where there is no such host. */
  void use(Path temp, Use use) throws IOException {
    switch (this) {
      case EXT4 -> useMount("ext4", temp, use);
      case XFS -> useMount("xfs", temp, use);
      case TMPFS -> useTmpfs(use);
      case JIMFS_UNIX -> useJimfs(Configuration.unix(), use);
      case JIMFS_WINDOWS -> useJimfs(Configuration.windows(), use);
      case JIMFS_OSX -> useJimfs(Configuration.osX(), use);
    }
  }

  private static void useMount(String type, Path temp, Use use) throws IOException {
    try (LoopMount mount = LoopMount.of(type, temp)) {
      use.in(mount.directory());
    }
  }

  private static void useTmpfs(Use use) throws IOException {
    Path shm = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(shm), "/dev/shm is missing or not writable");
    assumeTrue(Files.getFileStore(shm).type().equals("tmpfs"), "/dev/shm is no tmpfs");
    Path directory = Files.createTempDirectory(shm, "layerfs-");
    try {
      use.in(directory);
    } finally {
      MoreFiles.deleteRecursively(directory);
    }
  }

  private static void useJimfs(Configuration configuration, Use use) throws IOException {
    try (FileSystem memory = Jimfs.newFileSystem(configuration)) {
      use.in(memory.getRootDirectories().iterator().next());
    }
  }
}
