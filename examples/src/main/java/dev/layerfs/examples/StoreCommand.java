package dev.layerfs.examples;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** A command that works on the store. */
@Command
abstract class StoreCommand extends BaseCommand {
  /**
   * Does the command's work.
   *
   * @param store the open store
   * @throws IOException if it fails
   */
  abstract void run(LayerStore store) throws IOException;

  @Override
  final void run() throws IOException {
    Path directory = main().store().toAbsolutePath();
    Path parent = directory.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (LayerStore store = LayerStore.open(directory)) {
      run(store);
    }
  }

  /** Tells of images that have come into the store. */
  final void printImages(String verb, List<Image> images) throws IOException {
    if (json()) {
      List<Map<String, Object>> documents = new ArrayList<>();
      for (Image image : images) {
        documents.add(Documents.image(image));
      }
      printAll(documents.iterator());
      return;
    }
    if (images.isEmpty()) {
      out().println(verb + " a volume; 'layerfs volume import' makes one of it");
    }
    for (Image image : images) {
      String names = image.names().isEmpty() ? "<untagged>" : String.join(" ", image.names());
      out().println(Human.printable(verb + " " + names + " " + image.digest()));
    }
  }

  /** Reads a platform of the command line. */
  final Platform platform(String text) {
    try {
      return Platform.parse(text);
    } catch (MalformedImageException e) {
      throw misused(String.valueOf(e.getMessage()));
    }
  }
}
