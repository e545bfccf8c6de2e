package dev.layerfs.changeset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.HostileCase;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every archive of the hostile set and the corpus through decompression and {@link ChangesetReader}, against what their
 * lists say must happen. What only the order and meaning of paths decides is left to the tests of layer files.
 */
final class HostileArchivesTest {
  /** Small enough that the archives with huge files are beyond it. */
  private static final Limits LIMITS =
      Limits.DEFAULT.toBuilder().maxLayerBytes(11L << 30).build();

  /** Refused for what their paths mean in the tree. */
  private static final Set<String> DECIDED_BY_THE_TREE =
      Set.of("A05", "A06", "A07", "A09", "A12", "A20", "A21", "A22", "A23", "A27", "A33");

  /** Good archives that are not good images: what their lists refuse is their content. */
  private static final Set<String> DECIDED_BY_THE_IMAGE =
      Set.of("ggcr/no_manifest.tar", "ggcr/null_manifest.tar");

  /** Listed as beyond a limit, but smaller than the default limits: a path of 140 bytes, a ratio looked at too early. */
  private static final Set<String> WITHIN_LIMITS =
      Set.of("commons-compress/gnu.tar", "tar-split/fatlonglink.tar.gz");

  /** Listed as broken, but GNU tar, Go and libarchive agree that it holds a file that is all hole. */
  private static final Set<String> WELL_FORMED =
      Set.of("libarchive/test_read_format_gtar_sparse_length.tar");

  /** Listed as readable for a reader that does not check them, but its first header has a wrong checksum. */
  private static final Set<String> BROKEN = Set.of("commons-compress/COMPRESS-356.tar");

  /** What Go's archive/tar sees in the archives that readers disagree about. */
  private static final Map<String, List<String>> VIEW_OF_GO = Map.of(
      "C03", List.of("FILE outer", "FILE after"),
      "C04", List.of("FILE outer", "FILE after"),
      "C34", List.of("FILE f", "FILE smuggled", "FILE after"),
      "tokio-tar/pax-hidden-entry.tar", List.of("FILE file_a", "FILE file_b", "FILE hidden"),
      "tokio-tar/pax-phantom-entry.tar", List.of("FILE file_a", "FILE file_b"),
      "tokio-tar/pax-overrides-extension-header.tar", List.of("FILE longname.txt", "FILE file_b"));

  static Stream<HostileCase> tars() {
    return Stream.concat(HostileCase.hostile().stream(), HostileCase.corpus().stream())
        .filter(
            c -> !c.file().toString().endsWith(".json") && !c.file().toString().endsWith(".sh"));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("tars")
  void readsOrRefusesAsListed(HostileCase c) throws IOException {
    List<String> changes = new ArrayList<>();
    IOException refusal = read(c, changes);
    if (refusal == null) {
      checkAccepted(c, changes);
    } else {
      checkRefused(c, refusal);
    }
  }

  private static void checkAccepted(HostileCase c, List<String> changes) {
    boolean left = Stream.of(DECIDED_BY_THE_TREE, DECIDED_BY_THE_IMAGE, WITHIN_LIMITS, WELL_FORMED)
        .anyMatch(set -> set.contains(c.id()));
    boolean fine = Stream.of(
            "ACCEPT", "CONTAIN", "EITHER", "STRIP", "ACCEPT-AS-WHITEOUT", "ACCEPT-CLAMPED")
        .anyMatch(c::allows);
    if (c.allows("ONE-VIEW")) {
      List<String> view = VIEW_OF_GO.get(c.id());
      assertEquals(view, changes, c::toString);
    } else if (!left && !fine) {
      fail("accepted: " + c + ": " + changes);
    }
  }

  private static void checkRefused(HostileCase c, IOException refusal) {
    assertTrue(
        refusal instanceof MalformedImageException
            || refusal instanceof LimitExceededException
            || refusal instanceof UnsupportedImageException,
        () -> c + ": " + refusal);
    boolean fine = Stream.of("REJECT", "EITHER", "ONE-VIEW", "REJECT-CLEAR").anyMatch(c::allows)
        || (c.allows("LIMIT") && refusal instanceof LimitExceededException)
        || BROKEN.contains(c.id());
    if (!fine) {
      throw new AssertionError("refused: " + c, refusal);
    }
  }

  private static @Nullable IOException read(HostileCase c, List<String> changes)
      throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(c.file()))) {
      file.mark(Compression.MAGIC_LENGTH);
      byte[] head = file.readNBytes(Compression.MAGIC_LENGTH);
      file.reset();
      Compression compression = Compression.detect(head, head.length);
      LayerStream stream = compression.decompress(file, c.id(), LIMITS);
      if (isNoTar(c)) {
        stream.transferTo(OutputStream.nullOutputStream());
        return null;
      }
      ChangesetReader reader = new ChangesetReader(stream, c.id(), LIMITS, stream::compressedBytes);
      for (ChangesetEntry e = reader.next(); e != null; e = reader.next()) {
        reader.readData((position, buffer, offset, length) -> {});
        changes.add(new Archives.Change(e, new byte[0]).toString());
      }
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  /** Compressed text, there for its gzip members. */
  private static boolean isNoTar(HostileCase c) {
    return c.id().endsWith(".gz") && !c.id().endsWith(".tar.gz");
  }
}
