package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where logins leave credentials, and which of them count. */
final class LoginFilesTest {
  private static final Path HOME = Path.of("/home/u");
  private static final Path USUAL = Path.of("/run/containers/7/auth.json");

  @TempDir
  private Path directory;

  private static List<String> places(Map<String, String> environment, Optional<Path> runtime) {
    return LoginFiles.places(environment, HOME, runtime).stream()
        .map(Path::toString)
        .toList();
  }

  @Test
  void looksWherePodmanDoesAndThenWhereDockerDoes() {
    assertEquals(
        List.of(
            "/run/containers/7/auth.json",
            "/home/u/.config/containers/auth.json",
            "/home/u/.docker/config.json"),
        places(Map.of("XDG_CONFIG_HOME", ""), Optional.of(USUAL)));
    assertEquals(
        List.of(
            "/run/user/7/containers/auth.json",
            "/x/containers/auth.json",
            "/home/u/.docker/config.json"),
        places(
            Map.of("XDG_RUNTIME_DIR", "/run/user/7", "XDG_CONFIG_HOME", "/x"), Optional.of(USUAL)));
  }

  @Test
  void thereIsNoRuntimeDirectoryButOnLinux() {
    assertEquals(
        List.of("/home/u/.config/containers/auth.json", "/home/u/.docker/config.json"),
        places(Map.of("XDG_RUNTIME_DIR", "/run/user/7"), Optional.empty()));
  }

  @Test
  void whatTheUserNamesCountsFirst() {
    assertEquals(
        List.of("/d/config.json", "/home/u/.config/containers/auth.json"),
        places(Map.of("DOCKER_CONFIG", "/d"), Optional.empty()));
    assertEquals(
        List.of("/f/own.json"),
        places(
            Map.of("DOCKER_CONFIG", "/d", "REGISTRY_AUTH_FILE", "/f/own.json"),
            Optional.of(USUAL)));
  }

  @Test
  void theFirstFileThatKnowsCounts() throws IOException {
    Path one = write("one", "{\"auths\":{\"a\":{\"registrytoken\":\"1\"}}}");
    Path two = write(
        "two",
        "{\"auths\":{\"a\":{\"registrytoken\":\"2\"},\"b/team\":{\"registrytoken\":\"3\"}}}");
    LoginFiles files = LoginFiles.of(List.of(directory.resolve("none"), one, two));
    assertEquals(Optional.of(Credentials.bearer("1")), files.find("a"));
    assertEquals(Optional.of(Credentials.bearer("3")), files.find("b", "team/app"));
    assertEquals(Optional.empty(), files.find("b"));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  /** The key that containers' tools write for Docker Hub is not Docker's. */
  @Test
  void readsWhatSkopeoLeaves() throws Exception {
    DockerRegistry.assume();
    Tool.assume("skopeo");
    try (DockerRegistry registry = DockerRegistry.withPassword(directory.resolve("registry"))) {
      Path file = directory.resolve("auth.json");
      Tool.Result login = Tool.run(List.of(
          "skopeo",
          "login",
          "--tls-verify=false",
          "--authfile",
          file.toString(),
          "--username",
          DockerRegistry.USER,
          "--password",
          DockerRegistry.PASSWORD,
          registry.host()));
      assertEquals(0, login.status(), login.output());
      assertEquals(
          Optional.of(Credentials.basic(DockerRegistry.USER, DockerRegistry.PASSWORD)),
          LoginFiles.of(List.of(file)).find(registry.host(), "team/app"));
    }
  }
}
