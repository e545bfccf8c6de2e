package dev.layerfs.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.testing.ModelView;
import dev.layerfs.testing.Scale;
import dev.layerfs.union.RandomOperation;
import dev.layerfs.union.ViewTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on a volume and on a model of a file system: every result and every error must be the same, and so must the
 * trees, also as another view of the same objects shows them. Left out is what a kind of volume has no means for.
 */
final class HostViewModelTest {
  private static final int SEEDS = Integer.getInteger("layerfs.seeds", Scale.of(1, 4));
  private static final long FIRST = Long.getLong("layerfs.seed", 1);
  private static final int STEPS = 400;

  @ParameterizedTest
  @MethodSource("dev.layerfs.volume.VolumeKind#all")
  void sameAsTheModel(VolumeKind kind) throws IOException {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try (VolumeKind.Volume volume = kind.open();
          ModelView model = new ModelView()) {
        run(kind + ", seed " + seed, new Random(seed), volume, model);
      }
    }
  }

  private static void run(String where, Random random, VolumeKind.Volume volume, PosixView model)
      throws IOException {
    VolumeKind kind = volume.kind();
    List<FileHandle> left = new ArrayList<>();
    List<FileHandle> right = new ArrayList<>();
    Map<Long, Long> inodes = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      RandomOperation operation = RandomOperation.next(random);
      if (!suits(kind, operation)) {
        continue;
      }
      String at = where + ", step " + step + ": " + operation;
      assertEquals(operation.outcome(model, left), operation.outcome(volume.view(), right), at);
      if (random.nextInt(10) == 0) {
        assertEquals(text(kind, model), text(kind, volume.view()), at);
        if (kind != VolumeKind.MEMORY) {
          try (HostView other = volume.again(HostViewOptions.DEFAULT)) {
            assertEquals(text(kind, model), text(kind, other), at);
          }
        }
        if (kind != VolumeKind.OVERLAYFS) { // a link that gets an attribute becomes another object
          ViewTree.matchInodes(model, volume.view(), inodes);
        }
      }
    }
    for (FileHandle handle : right) {
      handle.close();
    }
  }

  private static boolean suits(VolumeKind kind, RandomOperation operation) {
    return switch (operation.kind()) {
      case EXCHANGE -> kind.exchanges(); // most can't with the JDK alone
      case MKNOD -> kind.keepsAll();
      case SET_XATTR, REMOVE_XATTR -> // of plain files the kernel checks the values
        kind.isPlain() ? kind.keepsAttributes() && operation.suitsKernel() : kind.keepsAll();
      case CHMOD, CHOWN, UTIMENS, STAT_OPEN, LINK -> kind.keepsAttributes();
      default -> true;
    };
  }

  /** Not every host counts a directory's entries as links; where modes are not kept, the model's are not asked for. */
  private static String text(VolumeKind kind, PosixView view) throws PosixException {
    String text = ViewTree.text(view).replaceAll("(DIRECTORY .*) links \\d+", "$1 links");
    return kind.keepsAttributes()
        ? text
        : text.replaceAll("(DIRECTORY|REGULAR|SYMLINK) 0\\d+ \\d+:\\d+", "$1");
  }
}
