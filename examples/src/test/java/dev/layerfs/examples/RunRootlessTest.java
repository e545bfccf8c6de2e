package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/run-rootless}, as a user without any privilege, with a real image. Needs root to become that user. */
final class RunRootlessTest {
  private static final String NOBODY = "65534";

  @TempDir
  static Path temporary;

  private static Path store = Path.of("");

  @BeforeAll
  static void loadAnImageAsThatUser() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root, to become another user");
    for (String program : List.of("setpriv", "unshare", "jq")) {
      assumeTrue(isInstalled(program), "needs " + program);
    }
    assumeTrue(Files.isRegularFile(image()), "no real images: run layerfs-bench/images.sh");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    store = temporary.resolve("store");
    Files.copy(
        Path.of("run-rootless"),
        temporary.resolve("run-rootless"),
        StandardCopyOption.COPY_ATTRIBUTES);
    writeLauncher();
    Path archive = Files.copy(image(), temporary.resolve("debian.tar"));
    Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-r--r--"));
    asNobody("layerfs", "load", archive.toString(), "--ref", "debian:12");
  }

  /** A launcher beside the script that runs the classes that are being tested, where that user can read them. */
  private static void writeLauncher() throws IOException {
    Path classes = Files.createDirectory(temporary.resolve("classes"));
    List<String> copies = new ArrayList<>();
    for (Path entry : JavaPath.entries()) {
      String copy = classes.resolve(Integer.toString(copies.size())).toString();
      run("cp", "-rL", entry.toString(), copy);
      copies.add(copy);
    }
    run("chmod", "-R", "a+rX", classes.toString());
    for (Map.Entry<String, Class<?>> program :
        Map.of("layerfs", Main.class, "volumes", VolumesProgram.class).entrySet()) {
      Path launcher = Files.writeString(
          temporary.resolve(program.getKey()),
          "#!/bin/sh\nexport LC_ALL=C.UTF-8\nexec " + JavaPath.java()
              + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "
              + String.join(File.pathSeparator, copies) + " "
              + program.getValue().getName()
              + " \"$@\"\n");
      Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static Path image() {
    String images = System.getenv().getOrDefault("LAYERFS_IMAGES", "/var/tmp/layerfs-test-images");
    return Path.of(images, "debian-small", "docker-archive.tar");
  }

  @Test
  void aProgramRunsInAContainersRoot() throws IOException {
    asNobody("layerfs", "create", "--name", "web", "debian:12");
    String said = asNobody(
        "run-rootless",
        "web",
        "/bin/sh",
        "-c",
        "id -u; cat /etc/debian_version; echo new >/root/new; rm /etc/motd; mv /opt/app/cfg/n1 /srv/");
    assertTrue(said.startsWith("0\n12"), said);
    assertEquals("new\n", asNobody("layerfs", "cat", "web:/root/new"));
    String changes = asNobody("layerfs", "diff", "web");
    assertTrue(changes.contains("D /etc/motd\n") && changes.contains("A /srv/n1\n"), changes);
  }

  @Test
  void volumesAreMountedInIt() throws IOException {
    Path host = Files.createDirectory(temporary.resolve("it's a host's"));
    Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(host.resolve("file"), "from the host");
    asNobody("volumes", "with-volumes", host.toString());
    String script = "cat /mnt/host/file; ! touch /mnt/host/x 2>/tmp/refused; cat /etc/motd;"
        + " stat -f -c %T /run; echo secret >/run/secret; echo kept >/run/data/file; true";
    String said = asNobody("run-rootless", "with-volumes", "/bin/sh", "-c", script);
    assertTrue(said.startsWith("from the hostfrom the hosttmpfs\n"), said);
    String again = asNobody(
        "run-rootless",
        "with-volumes",
        "/bin/sh",
        "-c",
        "cat /run/data/file; ls /run; cat /etc/motd");
    assertEquals("kept\ndata\nfrom the host", again);
  }

  private static String asNobody(String program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
    command.add(temporary.resolve(program).toString());
    command.addAll(List.of(arguments));
    return run(command.toArray(new String[0]));
  }

  private static String run(String... command) throws IOException {
    ProcessBuilder program = new ProcessBuilder(command);
    program.environment().put("LAYERFS_STORE", String.valueOf(store));
    program.environment().put("TMPDIR", temporary.toString());
    return Programs.run(program);
  }
}
