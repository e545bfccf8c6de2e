package dev.layerfs.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The credentials that logins of this user have left: of podman, buildah and skopeo ({@code auth.json}), and of Docker ({@code
 * config.json}). The first file that knows some counts. Safe for use by several threads.
 */
public final class LoginFiles implements CredentialSource {
  private static final Path LINUX_USER = Path.of("/proc/self");

  private final List<CredentialSource> files;

  private LoginFiles(List<Path> files) {
    this.files = files.stream().<CredentialSource>map(DockerConfig::of).toList();
  }

  /**
   * Returns the credentials of this user. If {@code REGISTRY_AUTH_FILE} is set, they are in the file it names and in no other.
   * Else {@code $DOCKER_CONFIG/config.json} comes first, if that is set, and then, as containers-auth.json(5) has it, {@code
   * $XDG_RUNTIME_DIR/containers/auth.json} (on Linux; {@code /run/containers/UID/auth.json} without that variable), {@code
   * $XDG_CONFIG_HOME/containers/auth.json} ({@code ~/.config} without it), and {@code ~/.docker/config.json}.
   *
   * @return the source
   */
  public static LoginFiles standard() {
    Path home = Path.of(System.getProperty("user.home", "."));
    return new LoginFiles(places(System.getenv(), home, usualRuntimeFile()));
  }

  /** The credentials of these files. */
  static LoginFiles of(List<Path> files) {
    return new LoginFiles(files);
  }

  /**
   * Lists where credentials may be.
   *
   * @param environment the environment variables
   * @param home the user's home directory
   * @param runtime the file of podman's logins if {@code XDG_RUNTIME_DIR} is not set; empty where that variable counts for nothing
   */
  static List<Path> places(Map<String, String> environment, Path home, Optional<Path> runtime) {
    Optional<Path> only = path(environment, "REGISTRY_AUTH_FILE");
    if (only.isPresent()) {
      return List.of(only.get());
    }
    Optional<Path> docker = path(environment, "DOCKER_CONFIG");
    List<Path> places = new ArrayList<>();
    docker.map(named -> named.resolve("config.json")).ifPresent(places::add);
    runtime
        .map(usual -> path(environment, "XDG_RUNTIME_DIR").map(LoginFiles::own).orElse(usual))
        .ifPresent(places::add);
    places.add(own(path(environment, "XDG_CONFIG_HOME").orElse(home.resolve(".config"))));
    if (docker.isEmpty()) {
      places.add(home.resolve(".docker").resolve("config.json"));
    }
    return places;
  }

  private static Optional<Path> path(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isEmpty())
        .map(Path::of);
  }

  private static Path own(Path directory) {
    return directory.resolve("containers").resolve("auth.json");
  }

  /** Whose process this is, is told by Linux alone, which alone has such a file. */
  private static Optional<Path> usualRuntimeFile() {
    try {
      Object uid = Files.getAttribute(LINUX_USER, "unix:uid");
      return Optional.of(Path.of("/run/containers", uid.toString(), "auth.json"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Credentials> find(String registry) throws IOException {
    return find(registry, "");
  }

  @Override
  public Optional<Credentials> find(String registry, String repository) throws IOException {
    for (CredentialSource file : files) {
      Optional<Credentials> found = file.find(registry, repository);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
