package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DockerConfigTest {
  private static final String SECRET = "canary-S3cret";
  private static final Credentials USER = Credentials.basic("user", SECRET);

  @TempDir
  private Path directory;

  private DockerConfig config(String json) throws IOException {
    return DockerConfig.of(Files.writeString(directory.resolve("config.json"), json));
  }

  private static String auth() {
    return "{\"auth\":\""
        + Base64.getEncoder().encodeToString(("user:" + SECRET).getBytes(StandardCharsets.UTF_8))
        + "\"}";
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example, registry.example",
    "registry.example:5000, registry.example:5000",
    "https://registry.example, registry.example",
    "https://registry.example/v2/, registry.example",
    "http://localhost:5000/v1/, localhost:5000",
    "https://index.docker.io/v1/, docker.io",
    "index.docker.io, docker.io",
    "docker.io, docker.io",
  })
  void findsByTheKeysThatToolsWrite(String key, String registry) throws IOException {
    DockerConfig config = config("{\"auths\":{\"other\":{},\"" + key + "\":" + auth() + "}}");
    assertEquals(Optional.of(USER), config.find(registry));
    assertEquals(Optional.empty(), config.find("evil." + registry));
    assertEquals(Optional.empty(), config.find("registry.example:5001"));
  }

  /** containers-auth.json(5): from the most specific to the least, and by whole names. */
  @Test
  void aKeyMayNameRepositories() throws IOException {
    DockerConfig config = config("{\"auths\":{"
        + "\"r.example\":{\"registrytoken\":\"all\"},"
        + "\"r.example/team\":{\"registrytoken\":\"team\"},"
        + "\"r.example/team/app\":{\"registrytoken\":\"app\"},"
        + "\"s.example/team\":{\"registrytoken\":\"other\"}}}");
    assertEquals(Optional.of(Credentials.bearer("app")), config.find("r.example", "team/app"));
    assertEquals(Optional.of(Credentials.bearer("app")), config.find("r.example", "team/app/x"));
    assertEquals(Optional.of(Credentials.bearer("team")), config.find("r.example", "team/apple"));
    assertEquals(Optional.of(Credentials.bearer("all")), config.find("r.example", "teams"));
    assertEquals(Optional.of(Credentials.bearer("all")), config.find("r.example"));
    assertEquals(Optional.empty(), config.find("s.example", "teams"));
    assertEquals(Optional.empty(), config.find("s.example"));
  }

  @Test
  void readsAllKinds() throws IOException {
    DockerConfig config = config("{\"auths\":{\"a\":{\"identitytoken\":\"i\",\"auth\":\"eDo=\"},"
        + "\"b\":{\"registrytoken\":\"r\"},\"c\":{\"username\":\"user\",\"password\":\"" + SECRET
        + "\"},\"d\":{}}}");
    assertEquals(Optional.of(Credentials.identityToken("i")), config.find("a"));
    assertEquals(Optional.of(Credentials.bearer("r")), config.find("b"));
    assertEquals(Optional.of(USER), config.find("c"));
    assertEquals(Optional.empty(), config.find("d"));
  }

  @Test
  void withoutFileThereAreNone() throws IOException {
    assertEquals(Optional.empty(), DockerConfig.of(directory.resolve("nothing")).find("docker.io"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"auths\":[]}",
        "{\"auths\":{\"a\":{\"auth\":\"canary-S3cret!\"}}}",
        "{\"auths\":{\"a\":{\"auth\":\"Y2FuYXJ5LVMzY3JldA==\"}}}",
        "{\"auths\":{\"a\":{\"registrytoken\":\"canary-S3cret\\n\"}}}"
      })
  void saysThatAFileIsBrokenWithoutItsContent(String json) throws IOException {
    String message =
        assertThrows(IOException.class, () -> config(json).find("a")).getMessage();
    assertFalse(message.contains(SECRET), message);
  }

  private DockerConfig withHelper(String script) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell to write a helper in");
    Path helper = Files.writeString(directory.resolve("helper"), script);
    Path file = Files.writeString(
        directory.resolve("config.json"),
        "{\"credsStore\":\"store\",\"credHelpers\":{\"special\":\"own\"},\"auths\":{\"in.file\":"
            + auth() + "}}");
    return DockerConfig.of(file, name -> List.of("/bin/sh", helper.toString(), name));
  }

  @Test
  void asksHelpers() throws IOException {
    DockerConfig config = withHelper(
        "read -r key; test \"$2\" = get || exit 3\n"
            + "echo \"{\\\"ServerURL\\\":\\\"x\\\",\\\"Username\\\":\\\"$1\\\",\\\"Secret\\\":\\\"$key\\\"}\"");
    assertEquals(Optional.of(Credentials.basic("store", "any")), config.find("any"));
    assertEquals(Optional.of(Credentials.basic("own", "special")), config.find("special"));
    assertEquals(
        Optional.of(Credentials.basic("store", "https://index.docker.io/v1/")),
        config.find("docker.io"));
  }

  @Test
  void anIdentityTokenHasAUserOfItsOwn() throws IOException {
    DockerConfig config = withHelper("echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'");
    assertEquals(Optional.of(Credentials.identityToken("t")), config.find("any"));
  }

  @Test
  void whatAHelperDoesNotKnowMayBeInTheFile() throws IOException {
    DockerConfig config = withHelper("echo 'credentials not found in native keychain'; exit 1");
    assertEquals(Optional.of(USER), config.find("in.file"));
    assertEquals(Optional.empty(), config.find("any"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo canary-S3cret; exit 1",
        "echo canary-S3cret",
        "echo '{\"Username\":\"canary-S3cret\"}'",
        "echo '{\"Username\":\"a:b\",\"Secret\":\"canary-S3cret\"}'",
        "echo canary-S3cret >&2; exit 1"
      })
  void saysThatAHelperFailedWithoutItsOutput(String script) throws IOException {
    DockerConfig config = withHelper(script);
    IOException failure = assertThrows(IOException.class, () -> config.find("any"));
    assertFalse(String.valueOf(failure).contains(SECRET), failure.toString());
    assertEquals(null, failure.getCause());
  }

  @DisplayName("F80: a helper's name is no path and no option")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../bin/sh",
        "/bin/sh",
        "a/b",
        "a\\\\b",
        "-x",
        ".",
        "a b",
        "a;id",
        "a\\u0000",
        "$(id)"
      })
  void namesOfHelpersAreChecked(String name) throws IOException {
    DockerConfig config = config("{\"credsStore\":\"" + name + "\"}");
    assertThrows(IOException.class, () -> config.find("any"));
  }
}
