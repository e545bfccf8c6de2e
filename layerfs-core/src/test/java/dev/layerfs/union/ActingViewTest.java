package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.NameEvent;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import dev.layerfs.posix.WatchableView;
import dev.layerfs.posix.Watcher;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What {@code ActingViewDifferentialTest} can't ask a process on the host. */
final class ActingViewTest {
  private static final Identity ME = Identity.of(1000, 1000);

  private interface Body {
    void run(UnionView all, WatchableView mine) throws IOException;
  }

  private static void with(Identity identity, Body body) throws IOException {
    Path directory = TestHost.JIMFS_UNIX.directory();
    TarBuilder tar = new TarBuilder()
        .add(TarEntryBuilder.directory("./").mode(0755))
        .add(TarEntryBuilder.directory("d/").mode(0755).owner(1000, 1000))
        .add(TarEntryBuilder.directory("d/e/").mode(0755).owner(1000, 1000))
        .add(TarEntryBuilder.file("d/f", new byte[] {1}).mode(0644).owner(1000, 1000))
        .add(TarEntryBuilder.file("broken", new byte[0])
            .mode(0644)
            .xattr("system.posix_acl_access", new byte[] {2, 0, 0, 0, 1}))
        .add(TarEntryBuilder.directory("heirless/")
            .mode(0777)
            .xattr("system.posix_acl_default", new byte[] {9}));
    try (TestImage image = TestImage.of(directory, tar)) {
      Upper upper = TestHost.JIMFS_UNIX.create(directory.resolve("container"), image.tree());
      try (UnionView view =
          UnionView.open(CoveredStack.of(image.tree(), List.of()), upper, identity)) {
        body.run(view, ActingView.of(view));
      }
    } finally {
      TestHost.delete(directory);
    }
  }

  private static void fails(Errno errno, Executable operation) {
    assertEquals(errno, assertThrows(PosixException.class, operation).errno());
  }

  @Test
  void rootNeedsNoOtherView() throws IOException {
    with(Identity.ROOT, (all, mine) -> assertSame(all, mine));
  }

  @Test
  void handleKeepsTheAccessItWasOpenedWith() throws IOException {
    with(ME, (all, mine) -> {
      Node file = Paths.node(mine, "d/f");
      try (FileHandle handle = mine.open(file, Set.of(OpenFlag.READ, OpenFlag.WRITE))) {
        mine.chmod(file, 0);
        handle.write(ByteBuffer.wrap(new byte[] {2}), 0);
        assertEquals(1, handle.read(ByteBuffer.allocate(9), 0));
        fails(Errno.EACCES, () -> mine.open(file, Set.of(OpenFlag.READ)));
      }
    });
  }

  @Test
  void everyWriteClearsWhatWasSetSinceTheLast() throws IOException {
    with(ME, (all, mine) -> {
      Node file = Paths.node(mine, "d/f");
      try (FileHandle handle = mine.open(file, Set.of(OpenFlag.WRITE))) {
        for (int i = 0; i < 3; i++) {
          mine.chmod(file, 06755);
          assertEquals(06755, mine.stat(file).mode());
          handle.write(ByteBuffer.wrap(new byte[] {2}), 0);
          assertEquals(0755, mine.stat(file).mode());
        }
      }
    });
  }

  @Test
  void whatIsNewBelongsToItsMakerFromTheFirstMoment() throws IOException {
    with(ME, (all, mine) -> {
      List<Name> seen = new ArrayList<>();
      mine.watch(new Watcher() {
        @Override
        public void changed(Node directory, Name name, NameEvent event) {
          seen.add(name);
        }

        @Override
        public void removed(Node directory) {
          throw new AssertionError("nothing was removed");
        }
      });
      for (FileType type : List.of(FileType.REGULAR, FileType.DIRECTORY, FileType.FIFO)) {
        Stat stat = mine.stat(Paths.create(mine, "d/" + type, type));
        assertEquals("1000:1000 0", stat.uid() + ":" + stat.gid() + " " + (stat.mode() & 07000));
      }
      Paths.symlink(mine, "d/link", "f");
      assertEquals(1000, mine.stat(Paths.node(mine, "d/link")).uid());
      assertEquals(4, seen.size()); // one event each: no owner was set later
    });
  }

  @Test
  void whatCannotBeDoneAtAllIsSaidFirst() throws IOException {
    with(ME, (all, mine) -> {
      Node root = mine.root();
      Node removed = Paths.node(mine, "d/e");
      fails(Errno.EEXIST, () -> Paths.create(mine, "d", FileType.REGULAR));
      fails(Errno.EACCES, () -> Paths.create(mine, "new", FileType.REGULAR));
      fails(Errno.EINVAL, () -> Paths.rename(mine, "d", "d/e/x"));
      fails(Errno.EACCES, () -> Paths.rename(mine, "d", "x"));
      fails(Errno.ENOENT, () -> Paths.unlink(mine, "none"));
      fails(Errno.ENOTDIR, () -> mine.lookup(Paths.node(mine, "d/f"), Name.of("x")));
      fails(Errno.EINVAL, () -> mine.lookup(root, Name.of("..")));
      mine.chmod(removed, 0555);
      Paths.rmdir(mine, "d/e");
      fails(Errno.ENOENT, () -> mine.create(removed, Name.of("x"), FileType.REGULAR, 0, 0, 0));
    });
  }

  @Test
  void brokenListsAllowNothing() throws IOException {
    with(ME, (all, mine) -> {
      Node broken = Paths.node(mine, "broken");
      fails(Errno.EIO, () -> mine.access(broken, Set.of(AccessMode.READ)));
      fails(Errno.EIO, () -> mine.open(broken, Set.of(OpenFlag.READ)));
      fails(Errno.EIO, () -> all.chmod(broken, 0600));
      assertEquals(0644, mine.stat(broken).mode());
      fails(Errno.EIO, () -> Paths.create(mine, "heirless/f", FileType.REGULAR));
      all.removeXattr(broken, Acl.ACCESS);
      mine.open(broken, Set.of(OpenFlag.READ)).close();
    });
  }
}
