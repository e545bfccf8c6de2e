package dev.layerfs.deflate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;
import dev.layerfs.changeset.Compression;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A gzip file is made again, byte for byte, and where the compressor is known that takes next to nothing. */
final class DeflateRecipeTest {
  private static final int USUAL = 6;

  private static final int FLIPS = Scale.of(60, 1000);

  private static final Random RANDOM = Seed.random(DeflateRecipeTest.class);

  @TempDir
  Path temporary;

  private static byte[] words() {
    Random words = new Random(7);
    StringBuilder text = new StringBuilder();
    while (text.length() < 150_000) {
      text.append(Integer.toString(words.nextInt(3000), 36))
          .append(words.nextInt(40) == 0 ? '\n' : ' ');
      if (words.nextInt(3000) == 0) {
        text.append("=".repeat(words.nextInt(2000)));
      }
    }
    return text.toString().getBytes(US_ASCII);
  }

  /** Runs of noise, words, zeros and of what was there before, at all distances. */
  private static byte[] mixture(int length) {
    byte[] words = words();
    byte[] bytes = new byte[length];
    int end = 0;
    while (end < length) {
      int run = Math.min(length - end, 1 + RANDOM.nextInt(70_000));
      int kind = RANDOM.nextInt(4);
      if (kind == 0) {
        byte[] noise = new byte[run];
        RANDOM.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, end, run);
      } else if (kind == 1) {
        System.arraycopy(words, RANDOM.nextInt(80_000), bytes, end, run);
      } else if (kind == 2 && end > run) {
        System.arraycopy(bytes, RANDOM.nextInt(end - run), bytes, end, run);
      }
      end += run;
    }
    return bytes;
  }

  private static byte[] gzip(byte[] bytes, int level, int strategy, int flushEvery) {
    Deflater deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    gzip.writeBytes(new byte[] {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 3});
    byte[] buffer = new byte[bytes.length + bytes.length / 2 + 1000];
    for (int from = 0; from < bytes.length; from += flushEvery) {
      deflater.setInput(bytes, from, Math.min(flushEvery, bytes.length - from));
      boolean isLast = flushEvery >= bytes.length - from;
      int flush = isLast ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
      while (!deflater.needsInput()) { // the first call may only set the strategy
        gzip.write(buffer, 0, deflater.deflate(buffer, 0, buffer.length, flush));
      }
    }
    deflater.finish();
    while (!deflater.finished()) {
      gzip.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    gzip.writeBytes(trailer(bytes));
    return gzip.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) {
    return gzip(bytes, USUAL, Deflater.DEFAULT_STRATEGY, Integer.MAX_VALUE / 2);
  }

  private static byte[] trailer(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ByteArrayOutputStream trailer = new ByteArrayOutputStream();
    for (long number : new long[] {crc.getValue(), bytes.length}) {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        trailer.write((int) (number >> shift));
      }
    }
    return trailer.toByteArray();
  }

  private static byte[] recipe(byte[] gzip, Search search) throws IOException {
    ByteArrayOutputStream recipe = new ByteArrayOutputStream();
    try (InputStream bytes = inflated(gzip)) {
      DeflateRecipe.write(new ByteArrayInputStream(gzip), bytes, search, Long.MAX_VALUE, recipe);
    }
    return recipe.toByteArray();
  }

  private static InputStream inflated(byte[] gzip) throws IOException {
    Limits all = Limits.DEFAULT.toBuilder().maxRatio(100_000).build();
    return Compression.GZIP.decompress(new ByteArrayInputStream(gzip), "gzip", all);
  }

  private static byte[] replay(byte[] recipe, InputStream bytes, Search search) throws IOException {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    DeflateRecipe.replay(new ByteArrayInputStream(recipe), bytes, search, gzip);
    return gzip.toByteArray();
  }

  /** Returns the length of the recipe. */
  private static int assertMadeAgain(byte[] gzip, Search search, String message)
      throws IOException {
    byte[] recipe = recipe(gzip, search);
    try (InputStream bytes = inflated(gzip)) {
      assertArrayEquals(gzip, replay(recipe, bytes, search), message);
    }
    return recipe.length;
  }

  @ParameterizedTest
  @EnumSource
  void anyGzipByAnySearch(Search search) throws IOException {
    int[] strategies = {Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY};
    for (int length : new int[] {0, 1, 2, 3, 12, 13, 300, 40_000, 200_000}) {
      byte[] bytes = mixture(length);
      int level = RANDOM.nextInt(10);
      int strategy = strategies[RANDOM.nextInt(strategies.length)];
      int flushEvery = 1 + RANDOM.nextInt(200_000) + length / 20;
      assertMadeAgain(
          gzip(bytes, level, strategy, flushEvery),
          search,
          List.of(length, level, strategy, flushEvery).toString());
    }
  }

  /** More than the window has room for, so that all places move. */
  @ParameterizedTest
  @EnumSource(names = {"KLAUSPOST", "ZLIB_1"})
  void longOnes(Search search) throws IOException {
    byte[] bytes = mixture(2 << 20);
    Arrays.fill(bytes, 1 << 19, 1 << 20, (byte) 1); // few tokens, so blocks are long
    assertMadeAgain(gzip(bytes), search, "continuous");
    byte[] flushed = gzip(bytes, USUAL, Deflater.DEFAULT_STRATEGY, 1 << 17);
    assertMadeAgain(flushed, search, "with flushes");
  }

  @Test
  void zlibIsGuessedAtEveryLevel() throws IOException {
    byte[] bytes = words();
    for (int level = 1; level <= 9; level++) {
      byte[] gzip = gzip(bytes, level, Deflater.DEFAULT_STRATEGY, bytes.length);
      int length = assertMadeAgain(gzip, Search.valueOf("ZLIB_" + level), "level " + level);
      assertTrue(length < gzip.length / 100, level + ": " + length + " of " + gzip.length);
    }
  }

  /** Recipes that were written once, and the SHA-256 of their gzips, by programs that a build can't count on. */
  private static final Map<Search, List<String>> WRITTEN = Map.of(
      Search.KLAUSPOST, // klauspost/pgzip 1.2.5 in blocks of 100,000 bytes
      List.of(
          "589b45ff51af66471db895391ad26c3ae673628484334805527f1963f843ce53",
          "KLUv/QBg9QYAxlAwI6An6f/gry/+3x4Utl2LKEMJVVWNv4TFt3SESLnJllImuXcKJgAmACYAtYd3h2ZrDyCpkdqz"
              + "49NROkTO/iq7srLfrklSicRJ2ICgsM+BAHI+vP0vM0eSGASGUx4UXq8q783uEM8pCoQy01DbcOZJWRy8sSISXjYD"
              + "C2brCKFMp3HoYVQUJK1qkubBF8QrW4uHWIsXkLyHh2f4ZGgBRpuS0PCy9XudmmqE1EkLSUV57sYGItXWGnZPx7r/"
              + "f2mSVIHDCQkAooE7lJu1oW9IdtUEdMCcG5K3cb+vbTgD"),
      Search.GO, // compress/gzip of Go 1.19
      List.of(
          "80822d29a31392ba0768c48284cb509cddb3b3afee909330992df38fbd4930c3",
          "KLUv/QBg9QcA9tEyJaAlSQc/Wo1r3LPIh/11WdRXVdVFFRYThGCt3ZW2pZRSSpkSITIpACcAKQAmdQtR0TyJ5dMe"
              + "jtnYwFk6DGNVtx/ruTtc/ut/3WVFCIoBADBBmGCgFJmbVLYUonJocfDukxYcG6uyO3zX718RxFBAYJEk9/u3bzJl"
              + "d5dIAQbS3DtaMuv1RRBjAUFXixIVokSipV3jKHaolqryCyEAiySx71eZ3SEGZIGEfdftv+wMETNRtzhyifA24eEY"
              + "xsbOrOjkevlWpA4CqK5htwQTAGXIBPkmbYzgXgUZYFCDEzzGKcV1AEEAAzxZSmxeiIXpl++CmzAGlRcubG7KBeA="),
      Search.ZLIB_6, // gzip 1.12
      List.of(
          "378920ac9d2bdf1170ea051b78dba1b88e2b5a00fd353f732462694e3171736e",
          "KLUv/QBgPQUA0ksiILAl6YDRjsMwjLKkUwrDMEzYI4Ti3ow0KSXZMskkCUkBxIBBDRXGdYeJiVi8Nos+iVdMBaHh"
              + "kLHfAs5PGPvvY2+56M4koYIEgzgcTCa7pn6zUozDu7zsGT3aPIqkIUfhSlFBBcOxmtfYzQ5wjiL2m91+8/mdG1Iv"
              + "l18uisp2FZKkEA4KtRAIXAMKAN2hfOYCyg9hx9U/GgwwrwxW2QkpMXO3AA4="));

  @Test
  void whatWasWrittenOnceIsReadForEver() throws IOException {
    for (Map.Entry<Search, List<String>> each : WRITTEN.entrySet()) {
      Search search = each.getKey();
      byte[] recipe = Base64.getDecoder().decode(each.getValue().get(1));
      byte[] gzip = replay(recipe, new ByteArrayInputStream(words()), search);
      assertEquals("sha256:" + each.getValue().get(0), Digest.sha256(gzip).toString());
      int length = assertMadeAgain(gzip, search, search.name());
      assertTrue(length < gzip.length / 250, search + ", guessed today: " + length);
    }
  }

  @Test
  void membersAndHeadersOfAllKinds() throws IOException {
    byte[] plain = gzip(mixture(30_000));
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    for (int flags = 0; flags < 32; flags++) {
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      header.writeBytes(new byte[] {31, (byte) 139, 8, (byte) flags, 1, 2, 3, 4, 2, 3});
      header.writeBytes((flags & 4) == 0 ? new byte[0] : new byte[] {3, 0, 'a', 'b', 'c'});
      header.writeBytes((flags & 8) == 0 ? new byte[0] : new byte[] {'n', 'a', 'm', 'e', 0});
      header.writeBytes((flags & 16) == 0 ? new byte[0] : new byte[] {'t', 0});
      if ((flags & 2) != 0) {
        header.writeBytes(Arrays.copyOf(trailer(header.toByteArray()), 2));
      }
      gzip.writeBytes(header.toByteArray());
      gzip.write(plain, 10, plain.length - 10);
    }
    assertMadeAgain(gzip.toByteArray(), Search.ZLIB_6, "32 members");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip -c", "gzip -1c", "gzip -9cn", "pigz -c", "pigz -ic", "pigz -9c"})
  void peers(String command) throws Exception {
    List<String> words = List.of(command.split(" "));
    assumeTrue(
        Stream.of("/usr/bin/", "/bin/").anyMatch(bin -> Files.exists(Path.of(bin + words.get(0)))),
        words.get(0) + " is not installed");
    Path file = Files.write(temporary.resolve("words"), words());
    Path out = temporary.resolve("words.gz");
    ProcessBuilder builder = new ProcessBuilder(words.get(0), words.get(1), file.toString());
    assertEquals(0, builder.redirectOutput(out.toFile()).start().waitFor());
    byte[] gzip = Files.readAllBytes(out);
    int best = Integer.MAX_VALUE;
    for (Search search :
        List.of(Search.ZLIB_1, Search.ZLIB_6, Search.ZLIB_6_BLOCKS, Search.ZLIB_9)) {
      best = Math.min(best, assertMadeAgain(gzip, search, command + " by " + search));
    }
    assertTrue(best < gzip.length / 100, best + " of " + gzip.length);
  }

  /** Blobs as skopeo writes them, if this machine has such images. */
  @Test
  void realImages() throws IOException {
    String images = System.getenv("LAYERFS_IMAGES");
    assumeTrue(images != null, "LAYERFS_IMAGES is not set");
    int seen = 0;
    Path layout = Path.of(images, "debian-small", "oci-gzip");
    try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
      for (Path blob : blobs.sorted().toList()) {
        byte[] gzip = Files.readAllBytes(blob);
        if (gzip[0] == 31) {
          int length = assertMadeAgain(gzip, Search.KLAUSPOST, blob.toString());
          assertTrue(length < gzip.length / 50 + 500, length + " of " + gzip.length);
          seen++;
        }
      }
    }
    assertTrue(seen > 0, "there are layers that are gzip");
  }

  @Test
  void aSearchIsTriedOnABeginning() throws IOException {
    byte[] bytes = mixture(2 << 20);
    byte[] gzip = gzip(bytes, USUAL, Deflater.DEFAULT_STRATEGY, 1 << 16);
    ByteArrayOutputStream some = new ByteArrayOutputStream();
    ByteArrayInputStream in = new ByteArrayInputStream(gzip);
    DeflateRecipe.write(in, new ByteArrayInputStream(bytes), Search.GO, 1 << 20, some);
    assertTrue(some.size() < recipe(gzip, Search.GO).length);
    assertTrue(in.available() > gzip.length / 4, "it isn't read to the end");
  }

  /** Each of these inflates, and no compressor writes it. */
  @Test
  void oddOnes() throws IOException {
    byte[] padded = gzip(new byte[] {1, 2, 3}, 0, Deflater.DEFAULT_STRATEGY, 3);
    padded[10] |= (byte) 0x80; // between the head of a stored block and the next byte
    assertOdd(padded, "bits set before a stored block");
    byte[] run = new byte[259];
    Arrays.fill(run, (byte) 'a');
    ByteArrayOutputStream other258 = new ByteArrayOutputStream();
    BitOutput bits = new BitOutput(other258);
    bits.write(new byte[] {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 3}, 0, 10);
    bits.write(1 | Deflate.FIXED << 1, 3);
    HuffmanCode fixed = new HuffmanCode(Deflate.fixedLiteralLengths());
    fixed.write('a', bits);
    fixed.write(284, bits); // 227 to 257 are meant for this code, but there are bits for 258
    bits.write(31, 5);
    bits.write(0, 5);
    fixed.write(Deflate.END_OF_BLOCK, bits);
    bits.align();
    bits.write(trailer(run), 0, 8);
    bits.flush();
    assertOdd(other258.toByteArray(), "a code of no distance, or two for one length");
  }

  private static void assertOdd(byte[] gzip, String reason) throws IOException {
    try (InputStream bytes = inflated(gzip)) {
      bytes.readAllBytes(); // it is a gzip
    }
    OddStreamException odd =
        assertThrows(OddStreamException.class, () -> recipe(gzip, Search.ZLIB_6));
    assertEquals("deflate stream: " + reason, odd.getMessage());
  }

  /** Bytes that were made to be searched for long are given up. */
  @Test
  void whatTakesTooLongIsOdd() throws IOException {
    byte[] bytes = new byte[256 << 10];
    RANDOM.nextBytes(bytes);
    for (int i = 0; i < bytes.length - 5; i += 5) { // a match of three bytes in thousands of places
      bytes[i] = 'a';
      bytes[i + 1] = 'a';
      bytes[i + 2] = 'b';
    }
    assertTakesTooLong(gzip(bytes), Search.ZLIB_9);
    byte[] zeros =
        new byte[8 << 20]; // where a long match is found again, byte by byte, and is none
    ByteArrayOutputStream literals = new ByteArrayOutputStream();
    BitOutput bits = new BitOutput(literals);
    bits.write(new byte[] {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 3}, 0, 10);
    bits.write(1 | Deflate.FIXED << 1, 3);
    HuffmanCode fixed = new HuffmanCode(Deflate.fixedLiteralLengths());
    int matched = 258 * 29_000;
    for (int i = 0; i < zeros.length - matched; i++) {
      fixed.write(0, bits);
    }
    for (int i = 0; i < 29_000; i++) {
      fixed.write(285, bits);
      bits.write(0, 5);
    }
    fixed.write(Deflate.END_OF_BLOCK, bits);
    bits.align();
    bits.write(trailer(zeros), 0, 8);
    bits.flush();
    assertTakesTooLong(literals.toByteArray(), Search.KLAUSPOST);
  }

  private static void assertTakesTooLong(byte[] gzip, Search search) {
    OddStreamException odd = assertThrows(OddStreamException.class, () -> recipe(gzip, search));
    assertEquals("deflate stream: bytes that take too long to search", odd.getMessage());
  }

  /** It makes something else, or is refused with an exception that is meant for it. */
  @Test
  void damage() throws IOException {
    byte[] bytes = mixture(100_000);
    for (Search search : List.of(Search.KLAUSPOST, Search.GO)) {
      byte[] gzip = gzip(bytes, 9, Deflater.DEFAULT_STRATEGY, 30_000);
      byte[] recipe = Zstd.decompress(recipe(gzip, search), 10 << 20);
      for (int i = 0; i < FLIPS; i++) {
        byte[] bad =
            Arrays.copyOf(recipe, i % 10 == 0 ? 1 + RANDOM.nextInt(recipe.length) : recipe.length);
        bad[RANDOM.nextInt(i % 2 == 0 ? Math.min(bad.length, 200) : bad.length)] ^=
            (byte) (1 << RANDOM.nextInt(8));
        try {
          replay(Zstd.compress(bad), new ByteArrayInputStream(bytes), search);
        } catch (OddStreamException | EOFException e) {
          assertTrue(e instanceof EOFException || e.getMessage() != null, "it says why");
        }
      }
    }
  }
}
