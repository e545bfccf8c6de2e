package dev.layerfs.union;

import dev.layerfs.erofs.ErofsImage;
import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes everything that is in an image into a directory, for kernels that can't mount the image itself. What the process
 * may not make, such as device nodes and foreign owners without privileges, becomes what {@link HostFiles} makes of it.
 */
public final class ImageExtractor {
  /** The directory with the image's root. */
  public static final String ROOT = "root";

  private ImageExtractor() {}

  /**
   * Extracts an image. What was made is durable when this returns; after a failure it is to be thrown away.
   *
   * @param image the image
   * @param directory an empty directory, in which {@link #ROOT} is made
   * @throws PosixException that names an object which the host can't hold
   * @throws IOException if the directory can't be written
   */
  public static void extract(ErofsImage image, Path directory) throws IOException {
    Path work = Files.createDirectory(directory.resolve("work"));
    HostFiles host = UpperFormat.files(UpperFormat.best(directory), work);
    LowerCopier copier = new LowerCopier(new ImageLower(image), host);
    copier.copy(image.root(), directory.resolve(ROOT));
    copier.finish();
    host.discard(work);
  }
}
