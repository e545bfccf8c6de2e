package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Deletes what was never finished: it may be nothing that the host's files know. */
final class Leftovers {
  private Leftovers() {}

  /** Deletes what is at a place with all that is in it. */
  static void delete(HostFiles host, Path place) throws IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(place)) {
        for (Path entry : entries) {
          delete(host, entry);
        }
      }
    }
    try {
      host.delete(place);
    } catch (PosixException e) {
      if (isFinished(host, place)) {
        throw e;
      }
      Files.deleteIfExists(place);
    }
  }

  private static boolean isFinished(HostFiles host, Path place) {
    try {
      host.stat(place);
      return true;
    } catch (PosixException e) {
      return false;
    }
  }
}
