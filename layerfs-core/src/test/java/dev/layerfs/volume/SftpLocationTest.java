package dev.layerfs.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.Container;
import dev.layerfs.ContainerOptions;
import dev.layerfs.LayerStore;
import dev.layerfs.VolumeMount;
import dev.layerfs.testing.ClassPath;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that has a volume on a server, by URI, and logs in with the keys of its user. */
final class SftpLocationTest {
  @TempDir
  Path temporary;

  /** The program: its arguments are a store's directory and the URI of a place. docs/volumes.md has it. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws IOException {
      URI place = URI.create(args[1]);
      long patience = Duration.ofMinutes(1).toMillis();
      Map<String, ?> waiting = Map.of(
          SftpModuleProperties.CONNECT_TIME.getName(), patience,
          SftpModuleProperties.AUTH_TIME.getName(), patience);
      try (FileSystem remote = FileSystems.newFileSystem(place, waiting);
          LayerStore store = LayerStore.open(Path.of(args[0]))) {
        ContainerOptions options = ContainerOptions.builder()
            .name("web")
            .volume(VolumeMount.location(place, "/data"))
            .build();
        try (Container container = store.create(store.image("image:1"), options)) {
          Files.writeString(container.root().resolve("data/new"), "new");
        }
        try (Container container = store.open("web")) {
          System.out.println(Files.readString(container.root().resolve("data/new")));
        }
      }
      System.exit(0); // the client that the provider has started runs on
    }
  }

  @Test
  void aContainerHasAVolumeOnAServer() throws IOException {
    Path directory = temporary.resolve("store");
    TestImage image = new TestImage().layer(new TarBuilder().file("file", "content"));
    try (LayerStore store = LayerStore.open(directory)) {
      store.load(new TestLayout().image("image:1", image).write(temporary.resolve("layout")));
    }
    Path host = Files.createDirectory(temporary.resolve("data"));
    Path keys = Files.createDirectories(temporary.resolve("home/.ssh"));
    Files.setAttribute(keys, "unix:mode", 0700);
    try (SshServer server = SshServer.start(temporary)) {
      Files.move(server.key(), keys.resolve("id_ecdsa"));
      String place = "sftp://root:none@127.0.0.1:" + server.port() + host;
      List<String> command =
          new ArrayList<>(ClassPath.current().java(Program.class, directory, place));
      command.add(1, "-Duser.home=" + temporary.resolve("home"));
      assertEquals("new", lastLine(Tool.run(command).output()));
      assertEquals("new", Files.readString(host.resolve("new")));
    }
  }

  private static String lastLine(String output) {
    List<String> lines = output.strip().lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
