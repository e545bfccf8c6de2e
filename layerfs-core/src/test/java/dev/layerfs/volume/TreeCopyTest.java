package dev.layerfs.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Identity;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Node;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Tool;
import dev.layerfs.union.Quota;
import dev.layerfs.union.RandomOperation;
import dev.layerfs.union.UnionInMemory;
import dev.layerfs.union.ViewTree;
import dev.layerfs.volume.VolumeKind.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies of trees from views of one kind to views of another. */
final class TreeCopyTest {
  private static final int SEEDS = Integer.getInteger("layerfs.seeds", Scale.of(1, 4));
  private static final long FIRST = Long.getLong("layerfs.seed", 1);

  private static String text(dev.layerfs.posix.PosixView view) throws PosixException {
    return ViewTree.text(view).replaceAll("(DIRECTORY .*) links \\d+", "$1 links");
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "OVERLAYFS", "OVERLAYFS_OVERRIDE", "PORTABLE", "JIMFS_WINDOWS"})
  void copiesAreEqual(VolumeKind kind) throws IOException {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Random random = new Random(seed);
      try (Volume volume = kind.open();
          ModelView model = new ModelView();
          ModelView back = new ModelView()) {
        List<FileHandle> open = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
          RandomOperation.next(random).outcome(model, open);
        }
        TreeCopy.copy(model, model.root(), volume.view(), volume.view().root());
        String where = kind + ", seed " + seed;
        assertEquals(text(model), text(volume.view()), where);
        TreeCopy.copy(volume.view(), volume.view().root(), back, back.root());
        assertEquals(text(model), text(back), where);
        assertEquals(times(model, model.root()), times(back, back.root()), where);
      }
    }
  }

  private static List<Timespec> times(ModelView view, Node node) throws PosixException {
    var stat = view.stat(node);
    List<Timespec> times = new ArrayList<>();
    times.add(new Timespec(stat.mtimeSeconds(), stat.mtimeNanos()));
    if (node.type() == FileType.DIRECTORY) {
      for (var entry : view.list(node)) {
        times.addAll(times(view, view.lookup(node, entry.name())));
      }
    }
    return times;
  }

  @Test
  void imagesAreCopied() throws IOException {
    try (UnionInMemory union = UnionInMemory.open(MountedContainer.image(), Identity.ROOT);
        HostView copy = MemoryVolume.open(Quota.UNLIMITED, Quota.UNLIMITED, 0)) {
      TreeCopy.copy(union.view(), union.view().root(), copy, copy.root());
      assertEquals(text(union.view()), text(copy));
    }
  }

  /** What is made in a directory with a default list inherits it; a copy must not. */
  @Test
  void defaultListsAreNotInherited() throws IOException {
    byte[] list = HexFormat.of()
        .parseHex(
            "0200000001000700ffffffff02000700e803000004000500ffffffff10000700ffffffff20000500ffffffff");
    try (HostView source = MemoryVolume.open(Quota.UNLIMITED, Quota.UNLIMITED, 0755);
        HostView copy = MemoryVolume.open(Quota.UNLIMITED, Quota.UNLIMITED, 0700)) {
      source.create(source.root(), Name.of("file"), FileType.REGULAR, 0640, 0, 0);
      source.create(source.root(), Name.of("directory"), FileType.DIRECTORY, 02750, 0, 0);
      source.setXattr(source.root(), Acl.DEFAULT, list, XattrFlag.SET);
      TreeCopy.copy(source, source.root(), copy, copy.root());
      assertEquals(text(source), text(copy));
    }
  }

  @Test
  void holesStayHoles() throws IOException {
    try (Volume volume = VolumeKind.PLAIN.open();
        HostView source = MemoryVolume.open(Quota.UNLIMITED, Quota.UNLIMITED, 0755)) {
      Node file = source.create(source.root(), Name.of("sparse"), FileType.REGULAR, 0600, 0, 0);
      try (FileHandle handle = source.open(file, Set.of(OpenFlag.WRITE))) {
        handle.write(ByteBuffer.wrap(new byte[] {1}), 4 << 20);
        handle.truncate(8 << 20);
      }
      TreeCopy.copy(source, source.root(), volume.view(), volume.view().root());
      Tool.assume("stat");
      List<String> command =
          List.of("stat", "-c", "%s %b", volume.root().resolve("sparse").toString());
      String[] sizeAndBlocks = Tool.run(command).output().trim().split(" ");
      assertEquals(8 << 20, Integer.parseInt(sizeAndBlocks[0]));
      assertTrue(
          Integer.parseInt(sizeAndBlocks[1]) * 512 <= 64 << 10, sizeAndBlocks[1] + " blocks");
    }
  }

  @Test
  void whatCanNotBeKeptIsNamed() throws IOException {
    try (Volume volume = VolumeKind.PLAIN_JIMFS_UNIX.open();
        HostView source = MemoryVolume.open(Quota.UNLIMITED, Quota.UNLIMITED, 0755)) {
      Node sub = source.create(source.root(), Name.of("sub"), FileType.DIRECTORY, 0755, 0, 0);
      source.create(sub, Name.of("pipe"), FileType.FIFO, 0644, 0, 0);
      PosixException e = assertThrows(
          PosixException.class,
          () ->
              TreeCopy.copy(source, source.root(), volume.view(), volume.view().root()));
      assertEquals(Errno.EPERM, e.errno());
      assertTrue(e.getMessage().startsWith("/sub/pipe: "), e.getMessage());
    }
  }
}
