package dev.layerfs.examples.embed;

import dev.layerfs.Image;
import dev.layerfs.ImageBuilder;
import dev.layerfs.LayerStore;
import dev.layerfs.PushOptions;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes an image of a Maven project that was packaged, and pushes it: {@code target/lib} with its dependencies in one
 * layer, its jar in another, so that a new version sends only the jar. No Dockerfile, no daemon. The same jars make the same
 * image, whatever the clock says.
 */
public final class PublishJar {
  private PublishJar() {}

  /**
   * Builds and pushes.
   *
   * @param args the store, a base image with a JRE, the directory of dependencies, the jar, the name of the new image
   * @throws IOException if the image can't be made or the registry refuses it
   */
  public static void main(String[] args) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    try (LayerStore store = LayerStore.open(Path.of(args[0]))) {
      Image base = store.pull(args[1]);
      build(base, Path.of(args[2]), Path.of(args[3]), args[4]);
      out.println(push(store, args[4], PushOptions.DEFAULT));
    }
  }

  /**
   * Builds the image.
   *
   * @param base an image with {@code java} on its path
   * @param libraries a directory of jars
   * @param jar the program; its manifest names the main class and, as Maven writes it, the class path {@code lib/…}
   * @param name the new image's name
   * @return the image
   * @throws IOException if a file can't be read or the store not be written
   */
  public static Image build(Image base, Path libraries, Path jar, String name) throws IOException {
    Image dependencies = ImageBuilder.from(base).add(libraries, "/app/lib").build(name);
    return ImageBuilder.from(dependencies)
        .add(jar, "/app/app.jar")
        .config(
            config -> config.workingDir("/app").entrypoint(List.of("java", "-jar", "/app/app.jar")))
        .build(name);
  }

  /**
   * Pushes the image to the registry that its name says.
   *
   * @param store where it is
   * @param name its name
   * @param options how
   * @return the manifest's digest
   * @throws IOException if the registry refuses it or can't be reached
   */
  public static Digest push(LayerStore store, String name, PushOptions options) throws IOException {
    return store.push(name, options);
  }
}
