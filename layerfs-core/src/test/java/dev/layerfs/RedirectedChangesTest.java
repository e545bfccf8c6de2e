package dev.layerfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.build.Knowledge;
import dev.layerfs.testing.Scale;
import dev.layerfs.union.RedirectedContainer;
import dev.layerfs.union.UnionView;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What changed in a container where directories of the image were renamed without a copy. */
final class RedirectedChangesTest {
  private static final int SEEDS = Integer.getInteger("layerfs.seeds", Scale.of(20, 40));
  private static final int STEPS = 25;

  private static List<String> changes(RedirectedContainer container) throws IOException {
    try (UnionView image = container.openImage()) {
      return compare(image, container, Knowledge.ofUppers(image, container.view())).stream()
          .map(change -> change.kind() + " " + change.path())
          .toList();
    }
  }

  private static List<Change> compare(
      UnionView image, RedirectedContainer container, Knowledge knowledge) throws IOException {
    return Comparison.stream(image, container.view(), knowledge, () -> {}).toList();
  }

  @Test
  void aRenamedDirectoryIsDeletedAndAddedWithAllThatIsInIt() throws IOException {
    try (RedirectedContainer container = RedirectedContainer.create()) {
      container.rename("a/c/d", "c/moved");
      assertEquals(
          List.of(
              "MODIFIED /a",
              "MODIFIED /a/c",
              "DELETED /a/c/d",
              "MODIFIED /c",
              "ADDED /c/moved",
              "ADDED /c/moved/a",
              "ADDED /c/moved/b"),
          changes(container));
    }
  }

  /** A directory that takes another's name has names that are untouched, and yet not those of the image. */
  @Test
  void whatIsUntouchedAtAnotherPathIsCompared() throws IOException {
    try (RedirectedContainer container = RedirectedContainer.create()) {
      container.rename("a/c/d", "d2");
      container.rename("a/c", "c2");
      container.rename("d2", "a/c"); // a/c/a and a/c/b are other files now
      List<String> changes = changes(container);
      assertEquals(true, changes.contains("MODIFIED /a/c/a"), changes.toString());
      assertEquals(true, changes.contains("MODIFIED /a/c/b"), changes.toString());
      assertEquals(true, changes.contains("ADDED /c2/c"), changes.toString());
    }
  }

  @Test
  void whatIsKnownChangesNoAnswer() throws IOException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (RedirectedContainer container = RedirectedContainer.create();
          UnionView image = container.openImage()) {
        container.operate(new Random(seed), STEPS);
        assertEquals(
            compare(image, container, Knowledge.NONE),
            compare(image, container, Knowledge.ofUppers(image, container.view())),
            "seed " + seed);
      }
    }
  }
}
