package dev.layerfs.volume;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import dev.layerfs.spi.HostFilesFactory;
import dev.layerfs.spi.Installed;
import dev.layerfs.union.Quota;
import dev.layerfs.union.TestHost;
import dev.layerfs.union.Upper;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** What a volume's objects are kept in, for tests that all kinds must pass. */
enum VolumeKind {
  /** In memory. */
  MEMORY,
  /** Plain files of the default file system, as well as what is installed can show them. */
  PLAIN,
  /** Plain files of a file system in memory with permissions. */
  PLAIN_JIMFS_UNIX,
  /** Plain files of a file system in memory that ignores case and has no permissions. */
  PLAIN_JIMFS_WINDOWS,
  /** Plain files of a file system in memory that normalises names. */
  PLAIN_JIMFS_OSX,
  /** The store's format with the host's owners. */
  OVERLAYFS,
  /** The store's format with owners in attributes. */
  OVERLAYFS_OVERRIDE,
  /** The store's portable format. */
  PORTABLE,
  /** The store's portable format with a file beside each. */
  PORTABLE_SIDE,
  /** The store's portable format where case is ignored. */
  JIMFS_WINDOWS;

  /** Returns all kinds; where a module beside this library shows plain files, that kind. */
  static List<VolumeKind> all() {
    return PLAIN.isShared() ? List.of(PLAIN) : List.of(values());
  }

  /** Returns the kinds whose objects others can use as well. */
  static List<VolumeKind> onHosts() {
    return all().stream().filter(kind -> kind != MEMORY).toList();
  }

  /** A volume of a test. */
  record Volume(VolumeKind kind, HostView view, HostFiles files, Path root, Path directory)
      implements AutoCloseable {
    /** Opens the same objects anew, as another process would. */
    HostView again(HostViewOptions options) throws IOException {
      HostFiles own = kind.isPlain() ? plainFiles(root) : files;
      return HostView.open(own, root, options, kind.isPlain() ? own::close : () -> {});
    }

    @Override
    public void close() throws IOException {
      view.close();
      files.close();
      if (kind != MEMORY) {
        TestHost.delete(directory);
      }
    }
  }

  /** Whether the files are what they look like on the host. */
  boolean isPlain() {
    return name().startsWith("PLAIN");
  }

  /** Whether owners, modes and link counts are kept. */
  boolean keepsAttributes() {
    return !name().startsWith("PLAIN_JIMFS");
  }

  /** Whether special files and attributes of all namespaces are kept. */
  boolean keepsAll() {
    return !isPlain() || isShared();
  }

  /** Whether a module beside this library shows plain files. */
  boolean isShared() {
    return this == PLAIN && !Installed.hostFiles().implementations().isEmpty();
  }

  /** Whether names can be exchanged. */
  boolean exchanges() {
    return this == MEMORY || isShared();
  }

  private static HostFiles plainFiles(Path root) throws PosixException {
    if (root.getFileSystem().equals(FileSystems.getDefault())) {
      for (HostFilesFactory factory : Installed.hostFiles().implementations()) {
        Optional<HostFiles> shared = factory.openShared(root);
        if (shared.isPresent()) {
          return shared.get();
        }
      }
    }
    return PathFiles.of(root);
  }

  /** Opens an empty volume, whose root has mode 0755. */
  Volume open(HostViewOptions options) throws IOException {
    return switch (this) {
      case MEMORY -> memory(options);
      case PLAIN -> plain(defaultDirectory(), options);
      case PLAIN_JIMFS_UNIX ->
        plain(
            jimfs(Configuration.unix().toBuilder()
                .setAttributeViews("basic", "posix")
                .build()),
            options);
      case PLAIN_JIMFS_WINDOWS -> plain(jimfs(Configuration.windows()), options);
      case PLAIN_JIMFS_OSX -> plain(jimfs(Configuration.osX()), options);
      default -> stored(TestHost.valueOf(name()), options);
    };
  }

  Volume open() throws IOException {
    return open(HostViewOptions.DEFAULT);
  }

  private Volume memory(HostViewOptions options) throws IOException {
    HostView view = MemoryVolume.open(Quota.UNLIMITED, Quota.UNLIMITED, 0755, options.identity());
    return new Volume(this, view, PathFiles.of(Path.of("/")), Path.of("/"), Path.of("/"));
  }

  private static Path defaultDirectory() throws IOException {
    Path directory = Files.createTempDirectory("layerfs-volume");
    boolean root = directory.getFileSystem().supportedFileAttributeViews().contains("unix")
        && Files.getAttribute(directory, "unix:uid").equals(0);
    if (!root) {
      Files.delete(directory);
    }
    Assumptions.assumeTrue(root, "needs Linux and root, who can keep all owners");
    return directory;
  }

  private static Path jimfs(Configuration configuration) throws IOException {
    FileSystem memory = Jimfs.newFileSystem(configuration);
    return Files.createDirectory(memory.getRootDirectories().iterator().next().resolve("volume"));
  }

  private Volume plain(Path directory, HostViewOptions options) throws IOException {
    Path data = Files.createDirectory(directory.resolve("data"));
    if (directory.getFileSystem().equals(FileSystems.getDefault())) {
      Files.setAttribute(data, "unix:mode", 0755);
    }
    Path root = data.toRealPath();
    HostFiles files = plainFiles(root);
    return new Volume(this, HostView.open(files, root, options), files, root, directory);
  }

  private Volume stored(TestHost host, HostViewOptions options) throws IOException {
    Path directory = host.directory();
    Path work = Files.createDirectory(directory.resolve("work"));
    HostFiles files = Upper.hostFiles(host.format(), work);
    Path data = directory.resolve("data");
    files.create(data, FileType.DIRECTORY, 0755, 0, 0);
    return new Volume(this, HostView.open(files, data, options), files, data, directory);
  }
}
