package dev.layerfs.examples;

import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A command that looks at one place of a container or an image. */
@Command
abstract class LookCommand extends StoreCommand {
  @Parameters(
      paramLabel = "CONTAINER|REF[:PATH]",
      description = "Where to look, for example web:/etc or debian:12:/etc. Default path: /")
  private String location = "";

  /**
   * Looks.
   *
   * @param view an open root file system
   * @param path an absolute path
   * @throws IOException if it fails
   */
  abstract void look(PosixView view, String path) throws IOException;

  @Override
  final void run(LayerStore store) throws IOException {
    Location place = Location.parse(location);
    try (Rootfs rootfs = place.open(store)) {
      look(rootfs.posix(), place.path());
    }
  }

  static RootFile find(PosixView view, String path) throws IOException {
    return RootFile.find(view, path, LastLink.NOFOLLOW);
  }

  /** Returns {@link RootFile#document} for use in an iteration. */
  static Map<String, Object> document(RootFile file) {
    try {
      return file.document();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
