package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is in a file of logins, it gives credentials or a typed error without any; the same as when Gson has written it
 * anew; and no program is run whose name is none.
 */
final class DockerConfigFuzzTest {
  private static final FileSystem MEMORY = Jimfs.newFileSystem(Configuration.unix());
  private static final Path FILE = MEMORY.getPath("/config.json");

  static Stream<Arguments> seeds() {
    return Stream.of(
            "{\"auths\":{\"reg.example\":{\"auth\":\"dXNlcjpzM2NyZXQtczNjcmV0\"}}}",
            "{\"auths\":{\"reg.example/team\":{\"username\":\"u\",\"password\":\"p\"},\"reg.example\":{}}}",
            "{\"auths\":{\"https://reg.example/v1/\":{\"identitytoken\":\"t0ken\"}}}",
            "{\"auths\":{\"reg.example\":{\"registrytoken\":\"t0k\\u00e9n\"}},\"HttpHeaders\":{\"a\":1}}",
            "{\"credHelpers\":{\"reg.example\":\"pass\"},\"credsStore\":\"../x\"}",
            "{\"credsStore\":\"desktop\",\"auths\":{\"reg.example\":{\"auth\":\"!\"}}}",
            "{\"auths\":{\"reg.example\":{\"auth\":\"bm9jb2xvbg==\"}}}",
            "{\"auths\":[]}")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  @AfterAll
  static void close() throws IOException {
    MEMORY.close();
  }

  @MethodSource("seeds")
  @FuzzTest
  void meansTheSameHoweverItIsWritten(byte[] config) throws IOException {
    Optional<Credentials> found;
    try {
      found = find(config);
    } catch (MalformedImageException | LimitExceededException e) {
      assertTrue(!e.getMessage().contains("\n"), "escaped");
      return;
    } catch (NoHelper e) {
      assertTrue(e.getMessage().matches("[A-Za-z0-9_-]+"), e::getMessage);
      return;
    }
    assertEquals(found, find(writtenAnew(config)));
  }

  private static Optional<Credentials> find(byte[] config) throws IOException {
    Files.write(FILE, config);
    return DockerConfig.of(FILE, DockerConfigFuzzTest::helper).find("reg.example", "team/app");
  }

  private static List<String> helper(String name) {
    throw new NoHelper(name);
  }

  private static byte[] writtenAnew(byte[] config) {
    JsonElement root = JsonParser.parseString(new String(config, StandardCharsets.UTF_8));
    return new GsonBuilder()
        .setPrettyPrinting()
        .serializeNulls()
        .create()
        .toJson(root)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Where a helper would be run. */
  private static final class NoHelper extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoHelper(String name) {
      super(name, null, false, false);
    }
  }
}
