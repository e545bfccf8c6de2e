package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.layerfs.nio.ProviderCases.Operation;
import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation is done on the same small tree twice, through the door to a model of a view and through the JDK's own
 * provider: results, exceptions and their texts must be the same. Some of the operations in each build, all at
 * full {@link Scale}.
 */
@EnabledOnOs(OS.LINUX)
final class ProviderDifferentialTest {
  @TempDir
  Path temp;

  private final AtomicInteger cases = new AtomicInteger();

  @TestFactory
  Stream<DynamicTest> sameAsTheDefaultProvider() {
    List<Map.Entry<String, Operation>> all =
        List.copyOf(ProviderCases.all().operations().entrySet());
    return Scale.some(all, 10, Seed.random(ProviderDifferentialTest.class)).stream()
        .map(entry -> dynamicTest(entry.getKey(), () -> compare(entry.getValue())));
  }

  private void compare(Operation operation) throws IOException {
    Path expected = Files.createDirectory(temp.resolve("case" + cases.incrementAndGet()));
    ProviderCases.fill(expected);
    try (FileSystem door = LayerFileSystem.of(new ModelView(), "test")) {
      Path actual = Files.createDirectory(door.getPath("/case"));
      ProviderCases.fill(actual);
      assertEquals(
          ProviderCases.result(expected, operation), ProviderCases.result(actual, operation));
    }
  }
}
