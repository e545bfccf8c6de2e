package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.SpaceLimits;
import dev.layerfs.posix.SpaceUsage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is noted of an upper with limits, and when that is believed. */
final class UsageNoteTest {
  private static final TestHost HOST = TestHost.JIMFS_UNIX;
  private static final SpaceLimits LIMITS = SpaceLimits.ofBytes(1 << 20);
  private static final SpaceUsage USED = new SpaceUsage(8192, 2);

  private Path directory;
  private Path container;
  private Path note;
  private TestImage image;

  @BeforeEach
  void writeToAContainer() throws IOException {
    directory = HOST.directory();
    image = TestImage.of(directory, SampleImage.tar());
    container = directory.resolve("container");
    note = container.resolve("work/layerfs-usage");
    HOST.create(container, image.tree());
    try (UnionView view = open()) {
      Paths.create(view, "new", FileType.REGULAR);
      Paths.write(view, "new", "new");
      Paths.write(view, "d", "changed");
      view.open(Paths.node(view, "d"), Set.of(OpenFlag.WRITE, OpenFlag.TRUNCATE))
          .close();
      Paths.write(view, "d", "short");
    }
  }

  @AfterEach
  void close() throws IOException {
    image.close();
    TestHost.delete(directory);
  }

  private UnionView open() throws IOException {
    return UnionView.open(image.tree(), Upper.open(container, HOST.format(), LIMITS));
  }

  private SpaceUsage usedWhenOpened() throws IOException {
    try (UnionView view = open()) {
      return view.usage().orElseThrow();
    }
  }

  /** What is in the upper is not looked at: something there that nobody could count does no harm. */
  @Test
  void anUpperThatWasClosedIsNotCounted() throws IOException {
    Files.createFile(container.resolve("upper/no record"));
    assertEquals(USED, usedWhenOpened());
  }

  @Test
  void theNoteGoesBeforeTheFirstChangeOfWhatIsUsed() throws IOException {
    UnionView view = open();
    view.stat(Paths.node(view, "new"));
    view.chmod(Paths.node(view, "new"), 0600);
    try (FileHandle file = view.open(Paths.node(view, "new"), Set.of(OpenFlag.WRITE))) {
      assertTrue(Files.exists(note));
      file.write(ByteBuffer.wrap(new byte[5000]), 0);
      assertFalse(Files.exists(note));
    }
    UnionView next = open(); // the first was never closed: its process is dead
    assertEquals(new SpaceUsage(12288, 2), next.usage().orElseThrow());
    next.close();
    assertTrue(Files.exists(note));
    view.close();
  }

  @Test
  void deletionsTakeTheNoteAsWell() throws IOException {
    try (UnionView view = open()) {
      Paths.unlink(view, "new");
      assertFalse(Files.exists(note));
    }
    assertEquals(new SpaceUsage(4096, 1), usedWhenOpened());
  }

  @Test
  void whatReadsOnlyLeavesTheNote() throws IOException {
    Object before = Files.getLastModifiedTime(note);
    usedWhenOpened();
    assertEquals(before, Files.getLastModifiedTime(note));
  }

  @Test
  void aNoteThatIsDamagedOrOfAnotherBootIsNotBelieved() throws IOException {
    String whole = Files.readString(note);
    String[] fields = whole.strip().split(" ");
    for (String other : new String[] {
      "", "8192 2\n", whole.replaceFirst("8192", "4096"), "4096 1 another-boot " + fields[3] + "\n"
    }) {
      Files.writeString(note, other);
      assertEquals(USED, usedWhenOpened(), other);
    }
  }

  @Test
  void aDeletionInAFullContainerSucceeds() throws IOException {
    SpaceLimits full = SpaceLimits.ofBytes(8192).withInodes(2);
    Upper upper = Upper.open(container, HOST.format(), full);
    try (UnionView view = UnionView.open(image.tree(), upper)) {
      Paths.unlink(view, "e"); // of the image
      Paths.unlink(view, "d"); // a copy: a whiteout takes its place
      Paths.create(view, "d", FileType.REGULAR);
      Paths.rename(view, "d", "e");
      Paths.unlink(view, "new");
      assertEquals(new SpaceUsage(0, 1), view.usage().orElseThrow());
    }
  }

  /** An interrupt leaves it open how much was written; what is charged is what is there all the same. */
  @Test
  void anInterruptedWriteIsCounted() throws IOException {
    try (UnionView view = open();
        FileHandle file = view.open(Paths.node(view, "new"), Set.of(OpenFlag.WRITE))) {
      Thread.currentThread().interrupt();
      try {
        file.write(ByteBuffer.wrap(new byte[20_000]), 0);
      } catch (PosixException e) {
        // what the host makes of it
      } finally {
        assertTrue(Thread.interrupted());
      }
      assertEquals(Recount.of(HOST, container), view.usage().orElseThrow());
      file.write(ByteBuffer.wrap(new byte[20_000]), 0);
      assertEquals(Recount.of(HOST, container), view.usage().orElseThrow());
    }
  }
}
