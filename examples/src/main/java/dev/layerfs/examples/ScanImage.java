package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Lists the licence files of an image, without unpacking it: layerfs embedded in a program, with a store in memory. */
public final class ScanImage {
  private ScanImage() {}

  /**
   * Scans images.
   *
   * @param args archives or OCI layouts
   * @throws IOException if one can't be read
   */
  public static void main(String[] args) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    for (String archive : args) {
      scan(Path.of(archive), out);
    }
  }

  static void scan(Path archive, PrintWriter out) throws IOException {
    try (LayerStore store = LayerStore.inMemory()) {
      for (Image image : store.load(archive)) {
        try (Rootfs rootfs = image.open();
            Stream<Path> files = Files.walk(rootfs.root().resolve("usr/share/doc"))) {
          files
              .filter(file -> file.getFileName().toString().matches("copyright|LICEN[CS]E.*"))
              .filter(Files::isRegularFile)
              .forEach(file -> out.println(image.digest() + " " + file));
        }
      }
    }
  }
}
