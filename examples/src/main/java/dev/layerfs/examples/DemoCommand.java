package dev.layerfs.examples;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Shows what layerfs does, step by step, in a store of its own. */
@Command(
    name = "demo",
    description = "Show what layerfs does, with an image made of this machine's own files.",
    footer = {"", "Example:", "  layerfs demo"})
@SuppressWarnings("NullAway.Init") // picocli sets the field before it calls the command
final class DemoCommand implements Callable<Integer> {
  @ParentCommand
  private Main main;

  @Override
  public Integer call() throws IOException {
    Path directory = Files.createTempDirectory("layerfs-demo");
    try {
      DemoScript script = new DemoScript(main.terminal(), main.json(), directory.resolve("store"));
      play(script, directory);
      return script.end();
    } finally {
      delete(directory);
    }
  }

  private static void play(DemoScript demo, Path directory) throws IOException {
    Path image = directory.resolve("image");
    Path motd = directory.resolve("motd");
    DemoImage.write(image, "demo:1");
    Files.writeString(motd, "Hello from container one.\n");

    demo.chapter("An image of two layers, made of this machine's Java, goes into a new store");
    demo.command("load", image.toString());
    demo.command("images");
    demo.command("history", "demo:1");

    demo.chapter("An image is a file system as it stands: nothing is unpacked or mounted");
    demo.command("ls", "demo:1:/etc");
    demo.command("cat", "demo:1:/etc/motd");

    demo.chapter("Two containers of one image: nothing is copied");
    demo.command("create", "demo:1", "--name", "one");
    demo.command("create", "demo:1", "--name", "two");

    demo.chapter("What one container writes is its own: the file is copied up first");
    demo.command("cp", motd.toString(), "one:/etc/motd");
    demo.command("cat", "one:/etc/motd");
    demo.command("cat", "two:/etc/motd");

    demo.chapter("In Java a container's root is a java.nio.file.Path");
    demo.code(
        "Files.writeString(root.resolve(\"etc/motd\"), \"And from Java.\\n\", APPEND);", () -> {
          try (LayerStore store = LayerStore.open(demo.store());
              Container one = store.open("one")) {
            Path root = one.root();
            Files.writeString(
                root.resolve("etc/motd"), "And from Java.\n", StandardOpenOption.APPEND);
          }
        });
    demo.code("Files.delete(root.resolve(\"etc/os-release\"));  // leaves a whiteout", () -> {
      try (LayerStore store = LayerStore.open(demo.store());
          Container one = store.open("one")) {
        Path root = one.root();
        Files.delete(root.resolve("etc/os-release"));
      }
    });
    demo.command("cat", "one:/etc/motd");

    demo.chapter("What changed in each; the image did not");
    demo.command("diff", "one");
    demo.command("diff", "two");
    demo.command("cat", "demo:1:/etc/os-release");

    demo.chapter("What changed becomes a layer; the image goes wherever images go");
    demo.command("commit", "one", "demo:2", "--message", "a new motd", "--change", "ENV DEMO=yes");
    demo.command("history", "demo:2");
    demo.command("diff", "demo:1", "demo:2");
    demo.command("save", "demo:2", "-o", directory.resolve("demo.tar").toString());

    demo.chapter("A registry gets what it lacks, and a pull fetches what the store lacks");
    String pulled = throughRegistry(demo);

    demo.chapter("What is in a volume outlives its containers");
    demo.command("create", "demo:1", "--name", "three", "-v", "notes:/var/notes");
    demo.command("cp", motd.toString(), "three:/var/notes/motd");
    demo.command("rm", "three");
    demo.command("create", "demo:1", "--name", "four", "-v", "notes:/var/notes");
    demo.command("cat", "four:/var/notes/motd");

    demo.chapter("Start again, or be done with it");
    demo.command("reset", "one");
    demo.command("diff", "one");
    demo.command("ps");
    demo.command("rm", "one", "two", "four");
    demo.command("volume", "rm", "notes");
    demo.command("rmi", "demo:1", pulled);
  }

  /** Returns the name that the image has then. */
  private static String throughRegistry(DemoScript demo) throws IOException {
    try (DemoRegistry registry = DemoRegistry.start()) {
      String name = registry.host() + "/demo:2";
      demo.command("push", "demo:2", name, "--plain-http");
      demo.command("rmi", "demo:2");
      demo.command("pull", name, "--plain-http");
      return name;
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
