package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same random requests to {@code ops} on a container, and to the kernel on a plain directory with the same tree. */
final class OpsKernelTest {
  private static final int REQUESTS = 500;

  @TempDir
  private Path directory;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void answersAsTheKernelDoes(long seed) throws IOException, InterruptedException {
    KernelOps.assume(directory);
    Cli cli = new Cli(directory);
    Path layout = new ImageLayout(directory.resolve("tree")).layer("x", tree()).write("tree:1");
    cli.run("load", layout.toString());
    cli.run("create", "tree:1", "--name", "web");
    String where = "seed " + seed;
    try (KernelOps kernel = new KernelOps(unpack(tree()), directory.resolve("kernel_ops.py"))) {
      OpsComparison comparison = new OpsComparison(kernel);
      try (OpsClient ops = new OpsClient(cli.store(), "web")) {
        comparison.compare(ops, "[\"chmod\",\"/\",\"0755\"]", where);
        comparison.compare(ops, "[\"utimens\",\"/\",0,0]", where);
        comparison.compareTrees(ops, where + ", before");
        RandomRequest requests = new RandomRequest(seed);
        for (int i = 0; i < REQUESTS; i++) {
          comparison.compare(ops, requests.next(), where + ", request " + i);
        }
        comparison.compareTrees(ops, where + ", after");
      }
      try (OpsClient ops = new OpsClient(cli.store(), "web")) {
        comparison.compareTrees(ops, where + ", opened again");
      }
    }
  }

  private static byte[] tree() throws IOException {
    try (LayerTar tar = new LayerTar()) {
      return tar.file("a", 04755, new byte[] {'a'})
          .file("b/a", "text")
          .file("b/dir/c", 0600, new byte[0])
          .symlink("b/link", "../dir")
          .directory("b/c")
          .directory("dir/b")
          .file("dir/a", "another")
          .symlink("dir/lost", "none")
          .symlink("link", "b/dir")
          .symlink("lost", "dir/c/new")
          .symlink("c", "/b/c/")
          .toBytes();
    }
  }

  private Path unpack(byte[] tar) throws IOException, InterruptedException {
    Path plain = Files.createDirectory(directory.resolve("plain"));
    Path file = Files.write(directory.resolve("tree.tar"), tar);
    Process process = new ProcessBuilder(
            "tar", "-xpf", file.toString(), "-C", plain.toString(), "--numeric-owner")
        .inheritIO()
        .start();
    assertEquals(0, process.waitFor());
    return plain;
  }
}
