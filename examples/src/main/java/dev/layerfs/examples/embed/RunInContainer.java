package dev.layerfs.examples.embed;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a program in a throw-away container: the kernel mounts it, {@code unshare} gives the program its own processes and
 * mounts and makes the container its root. Needs Linux, Java 25, {@code layerfs-overlay} and root. This is no sandbox: the program
 * is root, and has the machine's network.
 */
public final class RunInContainer {
  private RunInContainer() {}

  /**
   * Runs a program.
   *
   * @param args the store, an image, the program and its arguments
   * @throws IOException if it can't be run
   * @throws InterruptedException if the thread is interrupted while it runs
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int status;
    try (LayerStore store = LayerStore.open(Path.of(args[0]))) {
      ProcessBuilder program = new ProcessBuilder().inheritIO();
      status = run(store, store.image(args[1]), List.of(args).subList(2, args.length), program);
    }
    System.exit(status);
  }

  /**
   * Runs a program and waits for its end; then the container is gone.
   *
   * @param store the store
   * @param image an image of it
   * @param command the program and its arguments, found in the container
   * @param program where its output goes to; its command is set here
   * @return the exit status
   * @throws IOException if it can't be mounted or run
   * @throws InterruptedException if the thread is interrupted meanwhile; the program is then killed
   */
  public static int run(LayerStore store, Image image, List<String> command, ProcessBuilder program)
      throws IOException, InterruptedException {
    Path target = Files.createTempDirectory("container");
    Container container =
        store.create(image, ContainerOptions.builder().ephemeral().build());
    try (Mount mount = container.mount(target)) { // closes the container: it is the kernel's now
      List<String> line = new ArrayList<>(List.of(
          "unshare", "--mount", "--pid", "--fork", "--kill-child", "--root=" + mount.target()));
      line.addAll(command);
      Process process = program.command(line).start();
      try {
        return process.waitFor();
      } finally {
        process.destroyForcibly().onExit().join();
      }
    } finally {
      container.close(); // if it could not be mounted; else it is closed already
      Files.delete(target);
    }
  }
}
