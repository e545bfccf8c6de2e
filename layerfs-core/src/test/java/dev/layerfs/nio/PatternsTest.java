package dev.layerfs.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.testing.ModelView;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.util.List;
import java.util.Random;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Path matchers, each asked the same question as the JDK's own. */
@EnabledOnOs(OS.LINUX)
final class PatternsTest {
  private static final String[] PIECES = {
    "a", "b", "*", "**", "?", "/", ".", "{", "}", ",", "[", "]", "!", "-", "\\", "^", "&&", "$",
    "(", "+", "|"
  };
  private static final List<String> GLOBS = List.of(
      "",
      "*",
      "**",
      "?",
      "a",
      "*.a",
      "**/*.a",
      "{a,b}",
      "{a,b*}/c",
      "[ab]",
      "[a-c]",
      "[!a-c]",
      "[-a]",
      "[!-a]",
      "[a-]",
      "[^a]",
      "[*?]",
      "[a\\-z]",
      "[[a]",
      "[a&&b]",
      "\\*",
      "\\[a\\]",
      "a,b",
      "{,a}",
      "a}",
      "{a\\,b}",
      "{[a,b]}",
      "{*.{a,b}}",
      "[",
      "{",
      "\\",
      "[]",
      "[]a]",
      "[!]",
      "[/]",
      "[c-a]",
      "[a-c-e]",
      "{a",
      "[!",
      "[a",
      "a\nb",
      "**\n",
      "[.]",
      "\\a",
      "\\/",
      "\u00e4?",
      "[\u00e4-\u00f6]",
      "A*",
      "[A-Z]",
      "**/*.A");
  private static final List<String> PATHS = List.of(
      "", "a", "b", "c", "-", "!", "^", "a/b", "a/c", "/a", "a.a", "x/a.a", "x/y/a.a", "a/", "*",
      "?", "[a]", "a,b", "a}", "]", "&", "\\", "a\nb", "\n", "z", "{", ".", "\u00e4", "\u00f5",
      "\u00e4x", "/", "a-z", "A", "x/a.A");

  private final FileSystem door = LayerFileSystem.of(new ModelView(), "id");

  @Test
  void globsMatchWhatTheJdkMatches() {
    GLOBS.forEach(glob -> compare("glob:" + glob));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomGlobsMatchWhatTheJdkMatches(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      StringBuilder glob = new StringBuilder("glob:");
      for (int n = random.nextInt(6); n >= 0; n--) {
        glob.append(PIECES[random.nextInt(PIECES.length)]);
      }
      compare(glob.toString());
    }
  }

  @Test
  void otherSyntaxes() {
    for (String pattern : List.of(
        "regex:a.*", "regex:A", "REGEX:(a|b)", "GLOB:*", "regex:(", "bogus:a", "a", ":a", "glob")) {
      compare(pattern);
    }
    assertThrows(PatternSyntaxException.class, () -> door.getPathMatcher("glob:{"));
  }

  private void compare(String pattern) {
    for (String path : PATHS) {
      assertEquals(
          answer(FileSystems.getDefault(), pattern, path),
          answer(door, pattern, path),
          "'" + pattern + "' on '" + path + "'");
    }
  }

  private static String answer(FileSystem fileSystem, String pattern, String path) {
    try {
      return "" + fileSystem.getPathMatcher(pattern).matches(fileSystem.getPath(path));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return e.getClass().getSimpleName();
    }
  }
}
