package dev.layerfs.store;

import dev.layerfs.Container;
import dev.layerfs.ContainerInfo;
import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.Rootfs;
import dev.layerfs.TreeDump;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that can be seen of a store, as lines; without ids, which are random. Everything is read and compared with its digest on
 * the way, and what nothing needs is collected.
 */
final class StoreContent {
  private final StorePaths paths;
  private final SortedSet<String> lines = new TreeSet<>();

  private StoreContent(Path directory) {
    this.paths = new StorePaths(directory);
  }

  /** Prints what a store holds. */
  public static void main(String[] arguments) throws IOException {
    of(Path.of(arguments[0])).forEach(System.out::println);
  }

  /** Opens a store and reads it. */
  static SortedSet<String> of(Path directory) throws IOException {
    StoreContent content = new StoreContent(directory);
    try (LayerStore store = LayerStore.open(directory)) {
      content.addImages(store);
      content.addContainers(store);
      content.addDirectories(store);
    }
    content.addLeftovers();
    return content.lines;
  }

  /** Returns the lines that don't match. */
  static SortedSet<String> without(SortedSet<String> lines, Pattern open) {
    return lines.stream()
        .filter(line -> !open.matcher(line).matches())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void addImages(LayerStore store) throws IOException {
    for (Image image : store.images()) {
      verify(image.manifest().descriptor());
      verify(image.manifest().config());
      for (Descriptor layer : image.manifest().layers()) {
        verify(layer);
      }
      image.layers();
      try (Rootfs root = image.open()) {
        String tree = TreeDump.of(root.posix()).toString();
        lines.add("image " + image.names() + " " + image.digest() + " "
            + Digest.sha256(tree.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  private void verify(Descriptor blob) throws IOException {
    if (Files.exists(paths.blob(blob.digest()))) {
      blob.verify(Files.readAllBytes(paths.blob(blob.digest())));
      return;
    }
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    new Recipes(paths).make(blob.digest(), made, Runnable::run);
    blob.verify(made.toByteArray());
  }

  private void addContainers(LayerStore store) throws IOException {
    for (ContainerInfo info : store.containers()) {
      String name = info.name().orElse("nameless");
      lines.add("container " + name + " of " + info.image());
      if (info.name().isPresent() && !store.container(name).id().equals(info.id())) {
        lines.add("the name " + name + " leads elsewhere");
      }
      try (Container container = store.open(info.id());
          Stream<Path> files = Files.walk(container.root())) {
        lines.add("checkpoints " + name + " " + container.checkpoints().size());
        for (Path file : (Iterable<Path>) files::iterator) {
          lines.add("file " + name + " " + file + " " + content(file));
        }
      }
    }
  }

  private static String content(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      return "-> " + Files.readSymbolicLink(file);
    }
    return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
        ? "directory"
        : Digest.sha256(Files.readAllBytes(file)).toString();
  }

  /** What is left when nothing is there any more that nothing needs. */
  private void addDirectories(LayerStore store) throws IOException {
    store.gc();
    Path sha256 = paths.blobs().resolve("sha256");
    for (Path directory : List.of(sha256, paths.recipes(), paths.layers(), paths.trees())) {
      for (Path file : StoreFiles.list(directory)) {
        lines.add(directory.getFileName() + " " + file.getFileName());
      }
    }
    count(paths.uppers(), paths.containers());
  }

  /** What a session leaves: nothing. */
  private void addLeftovers() throws IOException {
    count(paths.staging(), paths.leases());
  }

  private void count(Path... directories) throws IOException {
    for (Path directory : directories) {
      lines.add(directory.getFileName() + " " + StoreFiles.list(directory).size());
    }
  }
}
