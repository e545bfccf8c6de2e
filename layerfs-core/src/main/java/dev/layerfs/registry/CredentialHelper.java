package dev.layerfs.registry;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A program that keeps credentials (docker-credential-helpers). It is started without a shell, by a name that can be no path,
 * and told the registry on its standard input. What it prints is in no message.
 */
final class CredentialHelper {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  private static final int MAX_BYTES =
      60 << 10; // what a pipe holds, so that nobody has to read while it runs
  private static final long SECONDS = 30;
  private static final String NOT_FOUND = "credentials not found";
  private static final String IDENTITY_TOKEN_USER = "<token>";

  private CredentialHelper() {}

  /**
   * Checks a helper's name.
   *
   * @throws MalformedImageException if it could be a path or an option
   */
  static void requireName(String name) throws MalformedImageException {
    if (!NAME.matcher(name).matches()) {
      throw new MalformedImageException(
          "the credential helper '" + name + "'", "a name has letters, digits, _ and - only");
    }
  }

  /** Returns the program of a helper, which is looked for in the search path. */
  static List<String> command(String name) {
    return List.of("docker-credential-" + name);
  }

  /**
   * Asks a helper.
   *
   * @param name its name, for messages
   * @param command its program
   * @param key what it is asked for
   * @return what it knows
   * @throws IOException if it can't be run, fails, or answers with something else
   */
  static Optional<Credentials> get(String name, List<String> command, String key)
      throws IOException {
    List<String> all = new ArrayList<>(command);
    all.add("get");
    Process process = new ProcessBuilder(all).redirectError(Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      tell(process, key);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw failure(name, "does not end");
      }
      byte[] answer = out.readNBytes(MAX_BYTES);
      return process.exitValue() == 0 ? read(name, answer) : unknown(name, answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a credential helper");
    } finally {
      process.destroyForcibly();
    }
  }

  private static void tell(Process process, String key) throws IOException {
    try (OutputStream in = process.getOutputStream()) {
      in.write(key.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it ended without reading; its status and output tell the rest
    }
  }

  private static Optional<Credentials> unknown(String name, byte[] answer) throws IOException {
    if (new String(answer, StandardCharsets.UTF_8).contains(NOT_FOUND)) {
      return Optional.empty();
    }
    throw failure(name, "failed");
  }

  private static Optional<Credentials> read(String name, byte[] answer) throws IOException {
    try {
      JsonObject json = new JsonReader(MAX_BYTES, 4).readObject(answer, "an answer");
      String user = json.string("Username");
      String secret = json.string("Secret");
      return Optional.of(
          user.equals(IDENTITY_TOKEN_USER)
              ? Credentials.identityToken(secret)
              : Credentials.basic(user, secret));
    } catch (MalformedImageException | IllegalArgumentException e) {
      throw failure(name, "answered with something that is not credentials");
    }
  }

  private static IOException failure(String name, String what) {
    return new IOException("the credential helper " + name + " " + what);
  }
}
