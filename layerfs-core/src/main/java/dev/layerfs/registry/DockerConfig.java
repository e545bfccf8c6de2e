package dev.layerfs.registry;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.Printable;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The credentials in Docker's {@code config.json}, or in a file of that format such as podman's {@code auth.json}: those of a
 * credential helper if one is named for the registry ({@code credHelpers}) or for all ({@code credsStore}), else those in the
 * file itself ({@code auths}), where a key may name a registry, or one with the beginning of a repository's name, which counts
 * before it (containers-auth.json(5)). The file is read whenever a registry asks, so that a login counts at once.
 */
public final class DockerConfig implements CredentialSource {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 32;
  private static final String DOCKER_HUB = "docker.io";
  /** What docker login calls Docker Hub. */
  private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

  private final Path file;
  private final Function<String, List<String>> helperCommand;

  private DockerConfig(Path file, Function<String, List<String>> helperCommand) {
    this.file = file;
    this.helperCommand = helperCommand;
  }

  /**
   * Returns the credentials of this user: the file in the directory that the environment variable {@code DOCKER_CONFIG} names,
   * else in {@code .docker} in the home directory. If it is missing there are none.
   *
   * @return the source
   */
  public static DockerConfig standard() {
    String directory = Optional.ofNullable(System.getenv("DOCKER_CONFIG")).orElse("");
    Path parent = directory.isEmpty()
        ? Path.of(System.getProperty("user.home", ".")).resolve(".docker")
        : Path.of(directory);
    return of(parent.resolve("config.json"));
  }

  /**
   * Returns the credentials of a file.
   *
   * @param file a file in the format of Docker's {@code config.json}; if it is missing there are none
   * @return the source
   */
  public static DockerConfig of(Path file) {
    return new DockerConfig(file, CredentialHelper::command);
  }

  /** The credentials of a file whose helpers are other commands. */
  static DockerConfig of(Path file, Function<String, List<String>> helperCommand) {
    return new DockerConfig(file, helperCommand);
  }

  @Override
  public Optional<Credentials> find(String registry) throws IOException {
    return find(registry, "");
  }

  @Override
  public Optional<Credentials> find(String registry, String repository) throws IOException {
    JsonObject config;
    try (InputStream in = Files.newInputStream(file)) {
      config = new JsonReader(MAX_BYTES, MAX_DEPTH)
          .readObject(in.readNBytes(MAX_BYTES + 1), file.toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    String key = registry.equals(DOCKER_HUB) ? DOCKER_HUB_KEY : registry;
    Optional<String> helper = helper(config, registry, key);
    if (helper.isPresent()) {
      Optional<Credentials> found =
          CredentialHelper.get(helper.get(), helperCommand.apply(helper.get()), key);
      if (found.isPresent()) {
        return found;
      }
    }
    JsonObject auths = config.optionalObject("auths").orElse(JsonObject.empty());
    Optional<Credentials> own = ofNamespace(auths, registry, repository);
    return own.isPresent() ? own : ofRegistry(auths, key);
  }

  private static Optional<String> helper(JsonObject config, String registry, String key)
      throws IOException {
    Map<String, String> helpers = config.stringMap("credHelpers");
    String helper = helpers.getOrDefault(key, helpers.get(registry));
    Optional<String> chosen =
        helper != null ? Optional.of(helper) : config.optionalString("credsStore");
    Optional<String> named = chosen.filter(name -> !name.isEmpty());
    if (named.isPresent()) {
      CredentialHelper.requireName(named.get());
    }
    return named;
  }

  /** The most specific first: {@code host/team/app}, {@code host/team}, {@code host}. */
  private static Optional<Credentials> ofNamespace(
      JsonObject auths, String registry, String repository) throws IOException {
    String name = repository.isEmpty() ? registry : registry + "/" + repository;
    for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
      String key = name.substring(0, end);
      if (auths.has(key)) {
        Optional<Credentials> found = entry(auths.object(key), key);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Credentials> ofRegistry(JsonObject auths, String key) throws IOException {
    for (String name : auths.names()) {
      if (name.equals(key) || host(name).equals(host(key))) {
        Optional<Credentials> found = entry(auths.object(name), name);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Docker's own rule: a key may have a scheme and a path. Without both it may be that of a namespace, which is none of a host. */
  private static String host(String key) {
    String bare = key;
    for (String scheme : List.of("https://", "http://")) {
      if (bare.startsWith(scheme)) {
        bare = bare.substring(scheme.length());
      }
    }
    boolean address = bare.length() < key.length() || bare.endsWith("/");
    int slash = bare.indexOf('/');
    return slash < 0 || !address ? bare : bare.substring(0, slash);
  }

  private static Optional<Credentials> entry(JsonObject entry, String name) throws IOException {
    try {
      Optional<String> identity = nonEmpty(entry, "identitytoken");
      Optional<String> bearer = nonEmpty(entry, "registrytoken");
      if (identity.isPresent()) {
        return identity.map(Credentials::identityToken);
      }
      if (bearer.isPresent()) {
        return bearer.map(Credentials::bearer);
      }
      Optional<String> auth = nonEmpty(entry, "auth");
      if (auth.isPresent()) {
        return Optional.of(decode(auth.get()));
      }
      Optional<String> user = nonEmpty(entry, "username");
      return user.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Credentials.basic(user.get(), entry.optionalString("password").orElse("")));
    } catch (IllegalArgumentException e) {
      throw new MalformedImageException(
          "the credentials for " + Printable.of(name), "are none that can be used");
    }
  }

  private static Optional<String> nonEmpty(JsonObject entry, String name) throws IOException {
    return entry.optionalString(name).filter(value -> !value.isEmpty());
  }

  private static Credentials decode(String auth) {
    String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no colon");
    }
    return Credentials.basic(pair.substring(0, colon), pair.substring(colon + 1));
  }
}
