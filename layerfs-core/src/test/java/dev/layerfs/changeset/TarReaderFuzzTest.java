package dev.layerfs.changeset;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import dev.layerfs.testing.TarEntryBuilder.Format;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, there is a list of changes or an {@link IOException}, and nothing else. */
final class TarReaderFuzzTest {
  private static final Limits LIMITS =
      Limits.DEFAULT.toBuilder().maxLayerBytes(16 << 20).build();

  static Stream<Arguments> seeds() {
    TarEntryBuilder old = TarEntryBuilder.of('S', "s")
        .format(Format.GNU)
        .data(new byte[3])
        .patch(386, "00000000005\00000000000003\0")
        .patch(483, "00000000100\0");
    TarEntryBuilder map = TarEntryBuilder.file(
            "s", "1\n5\n3\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
        .record("GNU.sparse.major", "1")
        .record("GNU.sparse.minor", "0")
        .record("GNU.sparse.realsize", "100");
    TarEntryBuilder all = TarEntryBuilder.file("x", new byte[3])
        .mtime(-1, 5)
        .xattr("user.x", new byte[1])
        .record("LIBARCHIVE.xattr.user.b%25c", "AAEC")
        .record("SCHILY.acl.access", "user::rw-,user:joe:r--:1000,group::r--,other::---");
    return Stream.of(
            new TarBuilder().add(old),
            new TarBuilder().add(map),
            new TarBuilder().add(all).global("12 comment=\n"),
            new TarBuilder().gnuLong('L', "long").gnuLong('K', "link").symlink("x", "y"),
            new TarBuilder().whiteout("a/", "b").opaque("a/").directory(".wh..wh.plnk"),
            new TarBuilder().hardLink("x", "/y").blockDevice("b", 8, 0).fifo("f"))
        .map(tar -> Arguments.of((Object) tar.build()));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsOrRefuses(byte[] tar) {
    try (ChangesetReader reader =
        new ChangesetReader(new ByteArrayInputStream(tar), "fuzz", LIMITS)) {
      long bytes = 0;
      for (ChangesetEntry e = reader.next(); e != null; e = reader.next()) {
        long[] end = {0};
        reader.readData((position, buffer, offset, length) -> {
          assertTrue(position >= end[0] && length > 0, "runs in order");
          end[0] = position + length;
        });
        assertTrue(end[0] <= e.size(), "no content beyond the size");
        bytes += e.size();
      }
      assertTrue(bytes <= LIMITS.maxLayerBytes(), "sum of sizes");
    } catch (IOException e) {
      assertTrue(e.getMessage() != null, "says why");
    }
  }
}
