package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Mounts what a {@link TestImage} and uppers in a test's directory hold. */
final class KernelMounts {
  private static final String OPTIONS = "index=off,metacopy=off,xino=auto,nfs_export=off,";

  private KernelMounts() {}

  /** Mounts the image of a directory; the test is skipped where the kernel can't. */
  static Path lower(Path temp) throws IOException, InterruptedException {
    Path lower = Files.createDirectory(temp.resolve("lower"));
    String script = // mount(8) would put a loop device in between, and then refuse the second file
        "import ctypes,sys; a=[x.encode() for x in sys.argv[1:]];"
            + "sys.exit(ctypes.CDLL(None).mount(a[0],a[1],b'erofs',1,b'device='+a[2]) != 0)";
    Path tree = temp.resolve("tree.erofs");
    Path layer = temp.resolve("layer.erofs");
    int status = run("python3", "-c", script, tree + "", lower + "", layer + "");
    Assumptions.assumeTrue(status == 0, "this kernel doesn't mount EROFS from a file");
    return lower;
  }

  /**
   * Mounts an upper.
   *
   * @param lowers what is beneath, as in the option {@code lowerdir}
   * @param options what decides the namespace of the marks
   */
  static Path upper(Path temp, String lowers, Path container, String options)
      throws IOException, InterruptedException {
    Path mount = temp.resolve("mount");
    if (!Files.exists(mount)) {
      Files.createDirectory(mount);
    }
    String layers = "lowerdir=" + lowers + ",upperdir=" + container.resolve("upper") + ",workdir="
        + container.resolve("work");
    String all = layers + "," + OPTIONS + options;
    assertEquals(0, run("mount", "-t", "overlay", "-o", all, "overlay", mount + ""), "mount");
    return mount;
  }

  /** Runs a program of the host, and returns its status. */
  static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    process.getOutputStream().close();
    return process.waitFor();
  }
}
