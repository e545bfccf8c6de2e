package dev.layerfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Makes every {@code @TempDir}, and fails the test or class that has left a file open in its own; {@code
 * junit-platform.properties} names it. A directory belongs to one test, so that it does not matter what others do
 * meanwhile.
 */
public final class CheckedTempDir implements TempDirFactory {
  private String directory = "";
  private String owner = "";

  /** Made by JUnit, for one directory. */
  public CheckedTempDir() {}

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    Path made = Files.createTempDirectory("junit-");
    directory = made.toRealPath().toString();
    owner = context.getRequiredTestClass().getName() + ", " + context.getDisplayName();
    return made;
  }

  /** Comes after the directory was deleted. */
  @Override
  public void close() throws IOException {
    requireClosed(directory, owner);
  }

  /**
   * Fails if something is open.
   *
   * @param directory the directory's real path; it may be gone
   * @param owner who should have closed everything there
   */
  public static void requireClosed(String directory, String owner) throws IOException {
    List<String> open = OpenFiles.below(directory);
    if (!open.isEmpty()) {
      throw new AssertionError("left open by " + owner + ":\n" + String.join("\n", open));
    }
  }
}
