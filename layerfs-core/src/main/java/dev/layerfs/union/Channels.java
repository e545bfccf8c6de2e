package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** File channels of the host, with failures as errno. */
public final class Channels {
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private Channels() {}

  public static FileChannel open(Path place, boolean write) throws PosixException {
    try {
      return FileChannel.open(place, write ? WRITE : READ);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  /** Makes a file or directory durable; a host that can't open directories (Windows, Jimfs) has nothing to do for them. */
  public static void sync(Path place) throws PosixException {
    FileSystem host = place.getFileSystem();
    boolean directory = Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
    if (directory && !host.supportedFileAttributeViews().contains("unix")) {
      return;
    }
    FileChannel opened;
    try {
      opened = FileChannel.open(place, StandardOpenOption.READ);
    } catch (IOException e) {
      if (directory && !host.equals(FileSystems.getDefault())) {
        return;
      }
      throw HostErrors.of(e, place);
    }
    try (FileChannel channel = opened) {
      channel.force(true);
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }
}
