package dev.layerfs.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Mounts of plain directories, one for each layer, by {@code fuse-overlayfs}, as rootless podman has them. */
final class FuseOverlay {
  private static final String PROGRAM = "fuse-overlayfs";

  private FuseOverlay() {}

  /** Returns why it can't be measured here; empty if it can. */
  static Optional<String> obstacle() {
    boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, PROGRAM)));
    if (!installed) {
      return Optional.of(PROGRAM + " is not installed");
    }
    return Files.isWritable(Path.of("/dev/fuse"))
        ? Optional.empty()
        : Optional.of("/dev/fuse can't be opened");
  }

  /**
   * Mounts the layers with an upper directory of their own.
   *
   * @param layers directories, the lowest first
   * @param scratch where the upper directory and the mount point are made
   */
  static Root mount(List<Path> layers, Scratch scratch) throws IOException {
    Path place = scratch.subdirectory("fuse");
    for (String name : List.of("upper", "work", "merged")) {
      Files.createDirectory(place.resolve(name));
    }
    String lower = layers.reversed().stream().map(Path::toString).collect(Collectors.joining(":"));
    Path merged = place.resolve("merged");
    run(
        PROGRAM,
        "-o",
        "lowerdir=" + lower + ",upperdir=" + place.resolve("upper") + ",workdir="
            + place.resolve("work"),
        merged.toString());
    return new Root(merged, () -> {
      run("umount", merged.toString());
      Scratch.delete(place);
    });
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
