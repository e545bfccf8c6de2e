package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code examples/standalone}, which knows nothing of this build: compiled by a Maven of its own, offline, with the jar and the
 * POMs that this build would install in a local repository of its own, and run on the oldest JDK and the newest, on the class path and on the
 * module path.
 */
final class StandaloneProjectTest {
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final Path CORE = Path.of("..", "layerfs-core");

  @TempDir
  private Path temporary;

  @Test
  void theReadmesExampleRunsEverywhere() throws IOException {
    Path jar = CORE.resolve("target").resolve("layerfs-core-" + VERSION + ".jar");
    assumeTrue(Files.isRegularFile(jar), "layerfs-core was not packaged");
    Path project = copyProject();
    String path = project.resolve("target/classes") + File.pathSeparator + compile(project, jar);
    Path archive = archive();
    for (Path java : List.of(jdk(17), Path.of(System.getProperty("java.home")))) {
      for (List<String> how : List.of(
          List.of("-cp", path, "hello.Hello"), List.of("-p", path, "-m", "hello/hello.Hello"))) {
        Path directory = Files.createTempDirectory(temporary, "run");
        Files.copy(archive, directory.resolve("debian.tar"));
        List<String> command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
        command.addAll(how);
        String output = run(directory, command.toArray(new String[0]));
        assertTrue(
            output.endsWith(
                "C /etc" + System.lineSeparator() + "C /etc/motd" + System.lineSeparator()),
            output);
      }
    }
  }

  /** Compiles the project; returns the class path of what it depends on. */
  private String compile(Path project, Path jar) throws IOException {
    Path repository = repository(jar);
    Path list = temporary.resolve("class-path");
    try {
      run(
          project,
          "mvn",
          "-o",
          "-B",
          "-q",
          "-Dmaven.repo.local=" + repository,
          "-Dmdep.outputFile=" + list,
          "compile",
          "dependency:build-classpath");
      // Not through links: what they lead to is there after them.
      List<String> entries = new ArrayList<>();
      for (String entry : Files.readString(list).split(File.pathSeparator, -1)) {
        boolean own = Path.of(entry).startsWith(repository.resolve("dev/layerfs"));
        entries.add(own ? entry : Path.of(entry).toRealPath().toString());
      }
      return String.join(File.pathSeparator, entries);
    } finally {
      unlink(repository);
      unlink(repository.resolve("dev"));
    }
  }

  /** JUnit warns of every link that leads out of a temporary directory. */
  private static void unlink(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  private Path copyProject() throws IOException {
    Path project = temporary.resolve("standalone");
    run(
        temporary,
        "cp",
        "-r",
        Path.of("standalone").toAbsolutePath().toString(),
        project.toString());
    return project;
  }

  /** A local repository with links to what the user's has, and this build's artifacts as if they were installed. */
  private Path repository(Path jar) throws IOException {
    Path users = Path.of(System.getProperty(
        "maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
    assumeTrue(Files.isDirectory(users), "no local repository of Maven");
    Path own = Files.createDirectory(temporary.resolve("repository"));
    linkAll(users, own, Set.of("dev"));
    Path dev = Files.createDirectory(own.resolve("dev"));
    linkAll(users.resolve("dev"), dev, Set.of("layerfs"));
    install(dev, "layerfs-parent", "pom", Path.of("..", "pom.xml"));
    install(dev, "layerfs-core", "pom", CORE.resolve("pom.xml"));
    install(dev, "layerfs-core", "jar", jar);
    return own;
  }

  private static void linkAll(Path from, Path to, Set<String> except) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!except.contains(name)) {
          Files.createSymbolicLink(to.resolve(name), entry.toAbsolutePath());
        }
      }
    }
  }

  private static void install(Path dev, String artifact, String type, Path file)
      throws IOException {
    Path directory =
        Files.createDirectories(dev.resolve("layerfs").resolve(artifact).resolve(VERSION));
    Files.copy(file, directory.resolve(artifact + "-" + VERSION + "." + type));
  }

  private Path archive() throws IOException {
    Cli cli = new Cli(temporary).withSample();
    Path archive = temporary.resolve("sample.tar");
    cli.run("save", "sample:1", "-o", archive.toString());
    return archive;
  }

  /** Finds a JDK of a version beside this one's, or where Linux distributions have them. */
  private static Path jdk(int version) throws IOException {
    for (Path parent :
        List.of(Path.of(System.getProperty("java.home")).resolve(".."), Path.of("/usr/lib/jvm"))) {
      try (Stream<Path> homes = Files.list(parent)) {
        for (Path home : homes.sorted().toList()) {
          Path release = home.resolve("release");
          if (Files.isReadable(release)
              && Files.isExecutable(home.resolve("bin/javac"))
              && Files.readString(release).contains("JAVA_VERSION=\"" + version + ".")) {
            return home;
          }
        }
      }
    }
    assumeTrue(false, "no JDK " + version);
    throw new AssertionError();
  }

  private static String run(Path directory, String... command) throws IOException {
    return Programs.run(new ProcessBuilder(command).directory(directory.toFile()));
  }
}
