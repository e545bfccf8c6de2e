package dev.layerfs.erofs;

import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small images that mkfs.erofs makes, which use more of the format than is written here; none where it is not installed. */
final class MkfsSeeds {
  private MkfsSeeds() {}

  static List<byte[]> images() throws IOException {
    List<byte[]> images = new ArrayList<>();
    Path directory = Files.createTempDirectory("layerfs-seeds");
    Path source = Files.createDirectory(directory.resolve("source"));
    Path file =
        Files.write(Files.createDirectory(source.resolve("d")).resolve("f"), new byte[6_000]);
    Path link = Files.createSymbolicLink(source.resolve("link"), Path.of("d/f"));
    for (List<String> options : List.of(
        List.of("-T0", "-Eforce-inode-compact"),
        List.of("-Eforce-inode-extended", "--chunksize=4096"))) {
      Path image = directory.resolve("image");
      List<String> command = new ArrayList<>(List.of("mkfs.erofs", "--quiet"));
      command.addAll(options);
      command.addAll(List.of(image.toString(), source.toString()));
      if (Tool.run(command).status() == 0) {
        images.add(Files.readAllBytes(image));
      }
      Files.deleteIfExists(image);
    }
    for (Path made : List.of(link, file, source.resolve("d"), source, directory)) {
      Files.delete(made);
    }
    return images;
  }
}
