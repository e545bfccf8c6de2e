package dev.layerfs.store;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads objects of the store to the last byte, and says what is wrong with them. */
final class Verification {
  private static final int BUFFER = 256 << 10;

  private final StorePaths paths;
  private final Layers layers;
  private final Recipes recipes;
  private final Progress unwatched = new Progress(Progress.NOBODY, Progress.UNKNOWN);

  Verification(StorePaths paths, Layers layers) {
    this.paths = paths;
    this.layers = layers;
    this.recipes = new Recipes(paths);
  }

  /** Returns what is wrong with a blob, if anything is. */
  Optional<String> blob(Digest digest) throws IOException {
    return blob(digest, unwatched);
  }

  /** Returns what is wrong with a blob, if anything is. */
  Optional<String> blob(Digest digest, Progress progress) throws IOException {
    if (!digest.isVerifiable()) {
      return Optional.of("its digest is of an algorithm that can't be verified");
    }
    MessageDigest hash = digest.newMessageDigest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in =
        progress.counting(Files.newInputStream(paths.blob(digest)), "blob " + digest)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
      }
    } catch (NoSuchFileException e) {
      return remade(digest);
    }
    return HexFormat.of().formatHex(hash.digest()).equals(digest.encoded())
        ? Optional.empty()
        : Optional.of("the content is damaged");
  }

  /** A blob that was discarded is right if its recipe makes it. */
  private Optional<String> remade(Digest digest) throws IOException {
    DigestSink hash = new DigestSink(digest);
    try {
      recipes.make(digest, new SinkOutput(hash), Runnable::run);
      hash.requireMatch("blob " + digest);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of("it is missing");
    } catch (DigestMismatchException | StoreCorruptException e) {
      return Optional.of("it was discarded, and what its recipe makes is something else");
    }
  }

  /** Whether the store has a recipe of a blob, and the layer file for it, as far as their lengths and records tell. */
  boolean canBeMade(Descriptor blob) throws IOException {
    Optional<RecipeRecord> recipe = recipes.find(blob.digest());
    return recipe.isPresent()
        && recipe.get().makes(blob)
        && layers.find(recipe.get().diffId()).isPresent();
  }

  /**
   * Whether a recipe and its layer file are what was written, and make the blob here and now: that they did so before may have been
   * with the compressor of another JDK.
   */
  boolean canMakeBlob(Digest blob) throws IOException {
    return hasRightRecipe(blob) && remade(blob).isEmpty();
  }

  /** Whether a recipe and its layer file are what was written. If they still don't make the blob, the compressor is another one. */
  boolean hasRightRecipe(Digest blob) throws IOException {
    Optional<RecipeRecord> recipe = recipes.find(blob);
    return recipe.isPresent()
        && recipes.problem(blob, true).isEmpty()
        && layer(recipe.get().diffId()).isEmpty();
  }

  /** Returns what is wrong with a layer file or its record, if anything is. */
  Optional<String> layer(DiffId diffId) throws IOException {
    return layer(diffId, unwatched);
  }

  /** Returns what is wrong with a layer file or its record, if anything is. */
  Optional<String> layer(DiffId diffId, Progress progress) throws IOException {
    LayerRecord record;
    try {
      record = layers.read(diffId);
    } catch (NoSuchFileException e) {
      return Optional.of("the record is missing");
    } catch (StoreCorruptException e) {
      return Optional.of("the record is damaged, or the layer file has another length");
    }
    try (InputStream in =
            progress.counting(Files.newInputStream(paths.layerFile(diffId)), "layer " + diffId);
        ReadableByteChannel file = Channels.newChannel(in)) {
      return checksum(file) == record.crc32c()
          ? Optional.empty()
          : Optional.of("the layer file is damaged");
    }
  }

  private static long checksum(ReadableByteChannel file) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (file.read(buffer.clear()) >= 0) {
      checksum.update(buffer.flip());
    }
    return checksum.getValue();
  }

  /** Whether two files have the same content; false if one is missing. */
  static boolean isSame(Path one, Path other) throws IOException {
    try {
      return Files.mismatch(one, other) < 0;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Whether a file has exactly this content; false if it is missing. */
  static boolean isSame(Path file, byte[] content) throws IOException {
    return StoreFiles.isFile(file, content.length)
        && Arrays.equals(Files.readAllBytes(file), content);
  }
}
