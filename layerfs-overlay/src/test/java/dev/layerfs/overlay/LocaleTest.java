package dev.layerfs.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.testing.ClassPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that the JVM's locale has no characters for. */
final class LocaleTest extends MountingTest {
  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8"})
  void namesThatAreNoText(String locale) throws IOException {
    String parent = directory("parent").toString();
    run(
        "python3",
        "-c",
        "import os, sys; os.mkdir(os.path.join(os.fsencode(sys.argv[1]), b'\\xff\\xc3\\xa4 \\x01'))",
        parent);
    List<String> command = new ArrayList<>(List.of("env", "LC_ALL=" + locale));
    command.addAll(ClassPath.current().java(LocaleRun.class, parent));
    command.add(3, "--enable-native-access=ALL-UNNAMED");
    assertEquals(
        "DESCRIPTORS true\nONE_BY_ONE true\nAT_ONCE true\n", run(command.toArray(new String[0])));
  }
}
