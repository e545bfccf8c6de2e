package dev.layerfs.erofs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading, mapped and not. */
final class ErofsImageTest {
  @TempDir
  Path onDisk;

  private interface Check {
    void on(Images images) throws IOException;
  }

  /** On a file system that maps files, and on one that doesn't. */
  private void everywhere(Check check) throws IOException {
    check.on(new Images(onDisk));
    try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
      check.on(new Images(memory.getPath("/work")));
    }
  }

  @Test
  void readsAnyPartOfAFile() throws IOException {
    byte[] content = Samples.content(10_000);
    everywhere(images -> {
      Path file = images.layer("layer", new EntryList().file("f", 0600, content));
      try (ErofsImage image = ErofsImage.open(file, List.of())) {
        long nid = Images.find(image, "f");
        for (int from : new int[] {0, 1, 4095, 4096, 9_999, 10_000, 20_000}) {
          for (int length : new int[] {0, 1, 4096, 20_000}) {
            ByteBuffer target = ByteBuffer.allocate(length + 2).position(1).limit(length + 1);
            int n = image.read(nid, from, target);
            int expected = from >= 10_000 ? -1 : Math.min(length, 10_000 - from);
            assertEquals(expected, n);
            assertEquals(1 + Math.max(0, n), target.position());
            assertEquals(length + 1, target.limit());
            for (int i = 0; i < n; i++) {
              assertEquals(content[from + i], target.get(1 + i));
            }
          }
        }
        assertThrows(
            IllegalArgumentException.class, () -> image.read(nid, -1, ByteBuffer.allocate(1)));
      }
    });
  }

  @Test
  void findsEveryNameAndNoOther() throws IOException {
    everywhere(images -> {
      EntryList entries = new EntryList();
      for (int i = 0; i < 2_000; i++) {
        entries.file("name" + i * 2, "");
      }
      try (ErofsImage image = ErofsImage.open(images.layer("layer", entries), List.of())) {
        TreeSet<Name> listed = new TreeSet<>();
        image.list(image.root()).forEach(entry -> listed.add(entry.name()));
        assertEquals(2_000, listed.size());
        for (int i = 0; i < 4_000; i++) {
          Name name = Name.of("name" + i);
          assertEquals(listed.contains(name), image.lookup(image.root(), name).nid() >= 0);
        }
        for (String absent : List.of("", "\0", "a", "name", "zzz", "\uDCFF")) {
          assertEquals(-1, image.lookup(image.root(), Name.of(absent)).nid());
        }
      }
    });
  }

  @Test
  void listsInTheOrderOfTheBytes() throws IOException {
    everywhere(images -> {
      EntryList entries = new EntryList();
      List<Name> names = new ArrayList<>();
      for (String name : List.of("~", "!", "-", "..a", ".a", "B", "a", "\uDC80", "é", "...")) {
        entries.file(name, "");
        names.add(Name.of(name));
      }
      Collections.sort(names);
      try (ErofsImage image = ErofsImage.open(images.layer("layer", entries), List.of())) {
        List<Name> listed = new ArrayList<>();
        image.list(image.root()).forEach(entry -> listed.add(entry.name()));
        assertEquals(names, listed);
      }
    });
  }

  @Test
  void answersWithErrnoWhatDoesNotFitTheType() throws IOException {
    everywhere(images -> {
      EntryList entries = new EntryList().file("f", "x").symlink("l", "f").directory("d", 0);
      try (ErofsImage image = ErofsImage.open(images.layer("layer", entries), List.of())) {
        long file = Images.find(image, "f");
        long link = Images.find(image, "l");
        ByteBuffer target = ByteBuffer.allocate(1);
        assertErrno(Errno.ENOTDIR, () -> image.list(file));
        assertErrno(Errno.ENOTDIR, () -> image.lookup(link, Name.of("x")));
        assertErrno(Errno.EINVAL, () -> image.readLink(file));
        assertErrno(Errno.EINVAL, () -> image.read(link, 0, target));
        assertErrno(Errno.EISDIR, () -> image.read(image.root(), 0, target));
      }
    });
  }

  private static void assertErrno(
      Errno errno, org.junit.jupiter.api.function.Executable operation) {
    assertEquals(errno, assertThrows(PosixException.class, operation).errno());
  }

  @Test
  void dotsAreFoundButNotListed() throws IOException {
    everywhere(images -> {
      try (ErofsImage image =
          ErofsImage.open(images.layer("layer", new EntryList().directory("d", 0)), List.of())) {
        long directory = Images.find(image, "d");
        assertEquals(directory, image.lookup(directory, Name.of(".")).nid());
        assertEquals(image.root(), image.lookup(directory, Name.of("..")).nid());
        assertEquals(image.root(), image.lookup(image.root(), Name.of("..")).nid());
        assertEquals(List.of(), image.list(directory));
      }
    });
  }

  @Test
  void attributesAreFoundByName() throws IOException {
    everywhere(images -> {
      EntryList entries = new EntryList().xattr("user.a", "1").xattr("user.ab", "");
      entries.xattr("security.x", "3").file("f", "x");
      try (ErofsImage image = ErofsImage.open(images.layer("layer", entries), List.of())) {
        long nid = Images.find(image, "f");
        assertEquals(
            List.of(Name.of("security.x"), Name.of("user.a"), Name.of("user.ab")),
            image.xattrs(nid));
        assertArrayEquals(new byte[] {'1'}, image.xattr(nid, Name.of("user.a")));
        assertArrayEquals(new byte[0], image.xattr(nid, Name.of("user.ab")));
        for (String absent : List.of("user.", "user.b", "user.abc", "trusted.a", "", "a")) {
          assertNull(image.xattr(nid, Name.of(absent)), absent);
        }
        assertNull(image.xattr(image.root(), Name.of("user.a")));
      }
    });
  }

  @Test
  void contentEndsWithTheImage() throws IOException {
    everywhere(images -> {
      Path file = images.layer("layer", new EntryList().file("f", "x"));
      ErofsImage image = ErofsImage.open(file, List.of());
      long nid = Images.find(image, "f");
      image.close();
      image.close();
      assertThrows(ClosedChannelException.class, () -> image.read(nid, 0, ByteBuffer.allocate(1)));
    });
  }

  @Test
  void sameBytesEverywhere() throws IOException {
    List<byte[]> written = new ArrayList<>();
    everywhere(images -> {
      for (var sample : Samples.layers().entrySet()) {
        written.add(Images.bytes(images.layer(sample.getKey(), sample.getValue())));
      }
    });
    int half = written.size() / 2;
    for (int i = 0; i < half; i++) {
      assertArrayEquals(written.get(i), written.get(half + i));
    }
  }
}
