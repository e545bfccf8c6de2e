package dev.layerfs.examples.embed;

import dev.layerfs.Image;
import dev.layerfs.ImageBuilder;
import dev.layerfs.LayerStore;
import dev.layerfs.oci.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A store in memory with an image that the examples can be tried on. */
final class SampleImage implements Closeable {
  private final LayerStore store = LayerStore.inMemory();
  private final Image image;

  SampleImage() throws IOException {
    image = build(store);
  }

  /** Builds the image in a store, as {@code sample:1}. */
  static Image build(LayerStore store) throws IOException {
    return ImageBuilder.scratch(store, Platform.host())
        .file("/etc/motd", bytes("hello\n"))
        .file("/etc/notices", bytes("Permission is hereby\ngranted, free of charge"))
        .file(
            "/usr/share/doc/tool/copyright",
            bytes("Apache License, Version 2.0; GNU General Public License version 2"))
        .file("/usr/share/tool/copyright", bytes("Apache License, Version 2.0"))
        .symlink("/usr/share/doc/loop", "loop")
        .build("sample:1");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  LayerStore store() {
    return store;
  }

  Image image() {
    return image;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
