package dev.layerfs.libraries;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.h2.store.fs.FilePath;

/** H2's files as paths of a container: H2 itself only makes paths of the default file system. */
final class PathFile extends FilePath {
  private static final String SCHEME = "container";

  private final Path path;

  PathFile(Path path) {
    this.path = path;
    this.name = SCHEME + ":" + path;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FilePath getPath(String text) {
    return new PathFile(path.resolve(text.substring(SCHEME.length() + 1)));
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  private static <T> T run(Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    Set<OpenOption> options = mode.equals("r")
        ? Set.of(StandardOpenOption.READ)
        : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    return FileChannel.open(path, options);
  }

  @Override
  public long size() {
    return run(() -> Files.size(path));
  }

  @Override
  public void moveTo(FilePath target, boolean atomic) {
    StandardCopyOption option =
        atomic ? StandardCopyOption.ATOMIC_MOVE : StandardCopyOption.REPLACE_EXISTING;
    run(() -> Files.move(path, ((PathFile) target).path, option));
  }

  @Override
  public boolean createFile() {
    return run(() -> {
      try {
        Files.createFile(path);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      }
    });
  }

  @Override
  public boolean exists() {
    return Files.exists(path);
  }

  @Override
  public void delete() {
    run(() -> Files.deleteIfExists(path));
  }

  @Override
  public List<FilePath> newDirectoryStream() {
    return run(() -> {
      List<FilePath> files = new ArrayList<>();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        entries.forEach(entry -> files.add(new PathFile(entry)));
      } catch (NoSuchFileException e) {
        return List.of(); // as FilePathDisk has it
      }
      return files;
    });
  }

  @Override
  public FilePath toRealPath() {
    return new PathFile(path.toAbsolutePath().normalize());
  }

  @Override
  public FilePath getParent() {
    Path parent = path.getParent();
    return parent == null ? null : new PathFile(parent);
  }

  @Override
  public boolean isDirectory() {
    return Files.isDirectory(path);
  }

  @Override
  public boolean isRegularFile() {
    return Files.isRegularFile(path);
  }

  @Override
  public boolean isAbsolute() {
    return true;
  }

  @Override
  public long lastModified() {
    return run(() -> Files.getLastModifiedTime(path).toMillis());
  }

  @Override
  public boolean canWrite() {
    return Files.isWritable(path);
  }

  @Override
  public void createDirectory() {
    run(() -> Files.createDirectories(path));
  }

  @Override
  public boolean setReadOnly() {
    throw new UnsupportedOperationException("no test needs it");
  }
}
