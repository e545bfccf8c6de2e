package dev.layerfs.store;

import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.ImageLayout;
import dev.layerfs.oci.Index;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The directory of a store: checked, and filled if it is new. */
final class StoreDirectory {
  /** The version of the format without recipes; a store begins with it. */
  static final long VERSION = 1;

  /** The version with recipes: blobs may be missing, which earlier versions of layerfs would take for damage. */
  static final long VERSION_WITH_RECIPES = 2;

  /** What is in a store's directory. */
  static final Set<String> NAMES = Set.of("oci-layout", "index.json", "blobs", StorePaths.OWN);

  /** What is in {@code layerfs/}. */
  static final Set<String> OWN_NAMES = Set.of(
      "version.json",
      "images.json",
      "recipes",
      "layers",
      "trees",
      "containers",
      "uppers",
      "volumes",
      "mounts",
      "extracted",
      "names",
      "leases",
      "staging",
      "locks");

  private final StorePaths paths;
  private final StoreIo io;

  private StoreDirectory(StorePaths paths, StoreIo io) {
    this.paths = paths;
    this.io = io;
  }

  /** Makes a directory ready for use, and returns what writes to it. */
  static StoreIo open(StorePaths paths, boolean sync) throws IOException {
    Path root = paths.root();
    if (Files.notExists(root, LinkOption.NOFOLLOW_LINKS)) {
      createRoot(root, sync);
    }
    requirePrivate(root);
    makePrivate(root);
    StoreIo io = HostIo.of(root, sync);
    StoreDirectory directory = new StoreDirectory(paths, io);
    if (Files.notExists(paths.version())) {
      directory.requireNothingElse();
    }
    directory.makeMissing();
    directory.requireKnownVersion();
    return io;
  }

  /** Makes the directory and those above it, and makes their names durable, up to the first that was there. */
  private static void createRoot(Path root, boolean sync) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    Path parent = root.toAbsolutePath();
    while (parent.getParent() != null && Files.notExists(parent, LinkOption.NOFOLLOW_LINKS)) {
      missing.push(parent);
      parent = parent.getParent();
    }
    for (Path directory : missing) {
      Path above = Objects.requireNonNull(directory.getParent());
      HostIo io = HostIo.of(above, sync);
      io.mkdirIfMissing(directory); // for its owner alone from the beginning, whatever the umask
      io.syncDirectory(above);
    }
  }

  /**
   * Requires a directory that nobody else can put anything into, now or before. One that is a link leads to where others may.
   *
   * @throws NotDirectoryException if it is a symbolic link, or no directory
   * @throws AccessDeniedException if it belongs to another user, or everybody can write to it
   */
  private static void requirePrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(
          directory + " (a store, or a directory of a store, can't be a symbolic link)");
    }
    if (!hasPermissions(directory)) {
      return;
    }
    PosixFileAttributes attributes = attributes(directory);
    if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new AccessDeniedException(
          directory.toString(), null, "everybody can write to the store");
    }
    if (directory.getFileSystem().equals(FileSystems.getDefault())
        && !attributes.owner().equals(self(attributes.owner()))) {
      throw new AccessDeniedException(
          directory.toString(), null, "the store belongs to somebody else");
    }
  }

  /** Images hold set-id programs and secrets, so nobody else may reach in (CVE-2021-41091). */
  private static void makePrivate(Path root) throws IOException {
    // A store on a read-only file system is left as it is.
    if (hasPermissions(root) && !attributes(root).permissions().equals(HostIo.PRIVATE)) {
      HostIo.of(root, false).makePrivate(root);
    }
  }

  private static boolean hasPermissions(Path directory) {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static PosixFileAttributes attributes(Path directory) throws IOException {
    return Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Who runs this process; where the host does not say, changing the permissions will tell. */
  private static UserPrincipal self(UserPrincipal unknown) throws IOException {
    Path process = Path.of("/proc/self");
    return Files.isDirectory(process) ? Files.getOwner(process) : unknown;
  }

  private void requireKnownVersion() throws IOException {
    long version = version();
    if (version > VERSION_WITH_RECIPES) {
      throw new UnsupportedImageException(
          "store " + paths.root(),
          "has format "
              + version
              + ", this version of layerfs knows formats up to "
              + VERSION_WITH_RECIPES);
    }
  }

  /** Makes a store one that may have recipes, for ever. The caller has the store's lock. */
  static void allowRecipes(Session session) throws IOException {
    Path recipes = session.paths().recipes();
    if (Files.notExists(recipes)) {
      session.replace(
          session.paths().version(),
          versionRecord(VERSION_WITH_RECIPES)); // durable before anything is missing
      session.io().mkdirIfMissing(recipes);
      session.io().syncDirectory(session.paths().own());
    }
  }

  /** Returns what {@code version.json} holds. */
  static byte[] versionRecord(long version) {
    return RecordFile.encode(JsonObject.empty().with("version", version));
  }

  /** One wrong bit does not make a store unusable; {@code check} puts it right. */
  private long version() throws IOException {
    byte[] record = Files.readAllBytes(paths.version());
    return RecordFile.decode(
        paths.version().toString(),
        RecordFile.mend(record).orElse(record),
        fields -> fields.unsigned("version"));
  }

  private void requireNothingElse() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(paths.root())) {
      for (Path entry : entries) {
        if (!NAMES.contains(entry.getFileName().toString())) {
          throw new FileAlreadyExistsException(
              paths.root().toString(),
              null,
              "the directory holds something that is not a store; a new one needs an empty directory");
        }
      }
    }
  }

  private void makeMissing() throws IOException {
    boolean changed = false;
    for (Path directory : directories()) {
      if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
        io.mkdirIfMissing(directory); // another process may make the same store
        changed = true;
      }
      requirePrivate(directory);
    }
    if (changed) {
      io.syncDirectory(paths.blobs());
      io.syncDirectory(paths.own());
      io.syncDirectory(paths.root());
    }
    if (Files.notExists(paths.version()) || Files.notExists(paths.ociLayout())) {
      makeFiles();
    }
  }

  /** With the store's lock, or the list could take the place of one that another process has put something into. */
  private void makeFiles() throws IOException {
    try (LockFile locks = LockFile.open(paths.locks());
        LockFile.Held lock = locks.lockStore()) {
      create(locks, paths.ociLayout(), ImageLayout.marker());
      if (Files.notExists(paths.version())) {
        create(locks, paths.index(), Index.empty().bytes());
        create(
            locks,
            paths.version(),
            versionRecord(VERSION)); // last: without it the rest is made again
      }
    }
  }

  private List<Path> directories() {
    return List.of(
        paths.blobs(),
        paths.blobs().resolve("sha256"),
        paths.own(),
        paths.layers(),
        paths.trees(),
        paths.containers(),
        paths.uppers(),
        paths.volumes(),
        paths.mounts(),
        paths.extracted(),
        paths.names(),
        paths.leases(),
        paths.staging(),
        paths.locks());
  }

  /** Makes a file as a session would; what a crash leaves of it is cleared away as a session's. */
  private void create(LockFile locks, Path file, byte[] content) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Id session = Id.random();
    try (LockFile.Held alive = locks.tryLock(LockFile.session(session))) {
      Path staged = paths.staging(session);
      try (FileChannel channel = io.create(staged)) {
        io.write(channel, ByteBuffer.wrap(content));
        io.force(channel);
      }
      io.rename(staged, file);
    }
    io.syncDirectory(Objects.requireNonNull(file.getParent()));
  }
}
