package dev.layerfs.testing.crash;

import static dev.layerfs.testing.WrappedPath.unwrap;

import dev.layerfs.testing.WrappedProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does everything in Jimfs, and notes what changes in a journal. */
final class CrashProvider extends WrappedProvider {
  private final Journal journal;
  private final Path standIn;
  private final FileSystemProvider memory;

  CrashProvider(CrashFileSystem fileSystem, Journal journal, Path standIn) {
    super(fileSystem);
    this.journal = journal;
    this.standIn = standIn;
    this.memory = standIn.getFileSystem().provider();
  }

  private static Change.Name name(Path path, @Nullable Integer inode) throws IOException {
    Path absolute = path.toAbsolutePath();
    int directory = Disk.inode(Objects.requireNonNull(absolute.getParent()).toRealPath());
    return new Change.Name(directory, absolute.getFileName().toString(), inode);
  }

  private void created(Path path, Disk.Inode content) throws IOException {
    int inode = Disk.inode(path);
    journal.add(new Change.Create(inode, content));
    journal.add(new Change.Names(List.of(name(path, inode))));
  }

  @Override
  public FileChannel newFileChannel(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path path = unwrap(file);
    synchronized (journal) {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
          && !options.contains(StandardOpenOption.WRITE)) {
        FileChannel channel = FileChannel.open(standIn, StandardOpenOption.READ);
        return new CrashChannel(journal, Disk.inode(path), channel, false);
      }
      boolean existed = Files.exists(path);
      FileChannel channel = memory.newFileChannel(path, options, attributes);
      if (!existed) {
        created(path, Disk.Inode.file());
      } else if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
        journal.add(new Change.Truncate(Disk.inode(path.toRealPath()), 0));
      }
      boolean append = options.contains(StandardOpenOption.APPEND);
      return new CrashChannel(journal, Disk.inode(path.toRealPath()), channel, append);
    }
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    synchronized (journal) {
      memory.createDirectory(unwrap(directory), attributes);
      created(unwrap(directory), Disk.Inode.ofDirectory());
    }
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    synchronized (journal) {
      memory.createSymbolicLink(unwrap(link), unwrap(target), attributes);
      created(unwrap(link), Disk.Inode.link(target.toString()));
    }
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    synchronized (journal) {
      memory.createLink(unwrap(link), unwrap(existing));
      journal.add(new Change.Names(List.of(name(unwrap(link), Disk.inode(unwrap(link))))));
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    synchronized (journal) {
      memory.delete(unwrap(path));
      journal.add(new Change.Names(List.of(name(unwrap(path), null))));
    }
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    synchronized (journal) {
      memory.move(unwrap(source), unwrap(target), options);
      Change.Name gone = name(unwrap(source), null);
      Change.Name now = name(unwrap(target), Disk.inode(unwrap(target)));
      journal.add(new Change.Names(List.of(gone, now)));
    }
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    try (InputStream in = Files.newInputStream(source);
        OutputStream out = Files.newOutputStream(
            target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      in.transferTo(out);
    }
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    V view = memory.getFileAttributeView(unwrap(path), type, options);
    if (view instanceof UserDefinedFileAttributeView user) {
      return type.cast(new CrashAttributes(journal, user, () -> inode(unwrap(path), options)));
    }
    return view;
  }

  private static int inode(Path path, LinkOption... options) throws IOException {
    return Disk.inode(path.toRealPath(options));
  }

  @Override
  public String getScheme() {
    return "crash";
  }
}
