package dev.layerfs;

import dev.layerfs.error.LimitsNotEnforcedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Tries to mount a container with limits where no file can be mounted, and prints what came of it: {@code LAYOUT DIRECTORY}. */
final class LimitsInUserNamespaceRun {
  private LimitsInUserNamespaceRun() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[1]);
    Path target = Files.createDirectory(directory.resolve("target"));
    try (LayerStore store = LayerStore.open(directory.resolve("store"))) {
      store.load(Path.of(args[0]));
      ContainerOptions options =
          ContainerOptions.builder().name("web").sizeLimit(1 << 20).build();
      try (Container container = store.create(store.image("limits:1"), options)) {
        Files.writeString(container.root().resolve("kept"), "kept");
      }
      try {
        store.mount("web", target).close();
        System.out.println("mounted");
      } catch (LimitsNotEnforcedException e) {
        System.out.println("refused: " + e.getMessage());
      }
      try (Container container = store.open("web")) {
        System.out.println(Files.readString(container.root().resolve("kept")));
        System.out.println(container.info().usage().orElseThrow());
      }
      Path own = directory
          .resolve("store/layerfs/containers")
          .resolve(store.container("web").id());
      try (Stream<Path> files = Files.list(own)) {
        System.out.println(files
            .filter(file -> file.getFileName().toString().startsWith("limited"))
            .toList());
      }
    }
  }
}
