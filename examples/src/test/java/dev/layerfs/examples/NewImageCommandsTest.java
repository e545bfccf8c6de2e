package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NewImageCommandsTest {
  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));
  private Path file = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    cli = new Cli(directory).withSample();
    file = Files.writeString(directory.resolve("file"), "text\n");
    cli.run("create", "sample:1", "--name", "web");
    cli.run("cp", file.toString(), "web:/etc/new");
  }

  @Test
  void commitsAContainer() {
    String digest = cli.run(
            "commit",
            "web",
            "next:1",
            "-m",
            "note",
            "-a",
            "Ann",
            "--change",
            "CMD [\"sh\", \"-c\"]")
        .lines()
        .get(0);
    Map<?, ?> image = (Map<?, ?>) cli.run("inspect", "next:1", "--json").json();
    assertEquals(digest, image.get("digest"));
    assertEquals(3, ((List<?>) image.get("layers")).size());
    Map<?, ?> config = (Map<?, ?>) image.get("config");
    assertEquals("Ann", config.get("author"));
    assertEquals(List.of("sh", "-c"), ((Map<?, ?>) config.get("config")).get("Cmd"));
    assertEquals("text\n", cli.run("cat", "next:1:/etc/new").out());
    assertEquals(
        List.of("C /etc", "A /etc/new"), cli.run("diff", "sample:1", "next:1").lines());
  }

  @Test
  void commitsAsJson() {
    Map<?, ?> image =
        (Map<?, ?>) cli.run("commit", "web", "next:1", "--squash", "--json").json();
    assertEquals(List.of("docker.io/library/next:1"), image.get("names"));
    assertEquals(1L, ((Number) image.get("layers")).longValue());
  }

  @Test
  void theEpochComesFromTheEnvironment() {
    Map<String, String> environment =
        Map.of("LAYERFS_STORE", cli.store().toString(), "SOURCE_DATE_EPOCH", "1000");
    Cli.execute(InputStream.nullInputStream(), environment, "commit", "web", "next:1")
        .fails(0);
    Map<?, ?> image = (Map<?, ?>) cli.run("inspect", "next:1", "--json").json();
    assertEquals("1970-01-01T00:16:40Z", ((Map<?, ?>) image.get("config")).get("created"));
    Map<String, String> wrong =
        Map.of("LAYERFS_STORE", cli.store().toString(), "SOURCE_DATE_EPOCH", "soon");
    Cli.execute(InputStream.nullInputStream(), wrong, "commit", "web", "no:1").fails(2);
  }

  @Test
  void whatIsNoChangeOfAConfigIsRefused() {
    cli.execute("commit", "web", "no:1", "--change", "RUN rm -rf /").fails(2);
    cli.execute("commit", "web", "no:1", "--change", "CMD").fails(2);
    cli.execute("commit", "web", "no:1", "--compression", "lzma").fails(2);
  }

  @Test
  void buildsAnImage() {
    String[] command = {
      "build",
      "app:1",
      "--from",
      "sample:1",
      "--add",
      file + ":/opt/app/file",
      "--chown",
      "7:8",
      "--entrypoint",
      "/opt/app/file -x",
      "--env",
      "A=b",
      "--json"
    };
    Map<?, ?> image = (Map<?, ?>) cli.run(command).json();
    assertEquals(image, cli.run(command).json());
    assertEquals("text\n", cli.run("cat", "app:1:/opt/app/file").out());
    Map<?, ?> stat =
        (Map<?, ?>) cli.run("stat", "app:1:/opt/app/file", "--json").json();
    assertEquals(7L, ((Number) stat.get("uid")).longValue());
    assertEquals(8L, ((Number) stat.get("gid")).longValue());
    cli.run("build", "scratch:1", "--add", file + ":/file", "--platform", "linux/arm64");
    Map<?, ?> scratch = (Map<?, ?>) cli.run("inspect", "scratch:1", "--json").json();
    assertEquals("linux/arm64", scratch.get("platform"));
    cli.execute("build", "no:1", "--add", file.toString()).fails(2);
  }

  @Test
  void savesInEveryFormat() throws IOException {
    Path oci = directory.resolve("oci.tar");
    cli.run("commit", "web", "next:1");
    cli.run("save", "sample:1", "next:1", "-o", oci.toString());
    Path docker = directory.resolve("docker.tar");
    cli.run("save", "next:1", "-o", docker.toString(), "--format", "docker");
    Path layout = directory.resolve("saved");
    cli.run("save", "next:1", "-o", layout.toString(), "--format", "oci-dir");
    for (Path saved : List.of(oci, docker, layout)) {
      Cli other = new Cli(directory.resolve("other-" + saved.getFileName()));
      other.run("load", saved.toString());
      assertEquals("text\n", other.run("cat", "next:1:/etc/new").out());
    }
    byte[] streamed = cli.run("save", "sample:1", "next:1", "-o", "-").bytes();
    assertArrayEquals(Files.readAllBytes(oci), streamed);
    cli.execute("save", "next:1", "-o", "x", "--format", "zip").fails(2);
    byte[] before = Files.readAllBytes(oci);
    cli.execute("save", "none:1", "-o", oci.toString()).fails(1);
    assertArrayEquals(before, Files.readAllBytes(oci));
  }

  @Test
  void putsPlatformsUnderOneName() throws IOException {
    cli.run("build", "arm:1", "--add", file + ":/file", "--platform", "linux/arm64");
    cli.run("build", "amd:1", "--add", file + ":/file", "--platform", "linux/amd64");
    String digest = cli.run("index", "both:1", "arm:1", "amd:1").lines().get(0);
    assertTrue(digest.startsWith("sha256:"), digest);
    Path saved = directory.resolve("both.tar");
    cli.run("save", "both:1", "-o", saved.toString());
    Cli other = new Cli(directory.resolve("other"));
    for (String platform : List.of("linux/arm64", "linux/amd64")) {
      other.run("load", saved.toString(), "--platform", platform);
      assertEquals("text\n", other.run("cat", "both:1:/file").out());
    }
    assertEquals(2, ((List<?>) other.run("images", "--json").json()).size());
    cli.execute("index", "twice:1", "arm:1", "arm:1").fails(2);
  }

  @Test
  void exportsContainersAndImages() throws IOException {
    Path tar = directory.resolve("web.tar");
    cli.run("export", "web", "-o", tar.toString());
    assertArrayEquals(
        Files.readAllBytes(tar), cli.run("export", "web", "-o", "-").bytes());
    cli.run("commit", "web", "next:1");
    assertArrayEquals(
        Files.readAllBytes(tar), cli.run("export", "next:1", "-o", "-").bytes());
    assertTrue(Files.size(tar) % 512 == 0);
  }

  @Test
  void wordsAreSplitAsAShellDoes() {
    assertEquals(
        List.of("a", "b c", "d\"e", "", "f'g"),
        ConfigChange.words(" a 'b c'  d\\\"e \"\" \"f'g\" "));
  }

  @Test
  void loadsWhatWasStreamed() {
    byte[] streamed =
        cli.run("save", "sample:1", "-o", "-", "--format", "docker").bytes();
    Cli other = new Cli(directory.resolve("other"));
    other.execute(new ByteArrayInputStream(streamed), "load", "-").fails(0);
    assertEquals("second\n", other.run("cat", "sample:1:/etc/motd").out());
  }
}
