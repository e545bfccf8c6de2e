package dev.layerfs.store;

import dev.layerfs.changeset.LayerStream;
import dev.layerfs.deflate.DeflateRecipe;
import dev.layerfs.deflate.OddStreamException;
import dev.layerfs.deflate.Search;
import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Limits;
import dev.layerfs.recipe.Recompression;
import dev.layerfs.recipe.TarRecipe;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Makes a recipe for a blob. How its tar is put together is found out first; of a gzip then also which choices its compressor has
 * made. Then each compressor that may have made the blob gets that tar, until it makes a byte that the blob does not have. The one
 * that makes all of them is it, and by then the recipe has proved to be right: the tar came from the layer file.
 */
final class RecipeMaking {
  private static final int BUFFER = 64 << 10;
  private static final int SAMPLE = 1 << 20;
  private static final int WRONG_IS_RARE = 1000;

  private final StoreIo io;
  private final StorePaths paths;
  private final Limits limits;
  private final Executor threads;

  RecipeMaking(StoreIo io, StorePaths paths, Limits limits, Executor threads) {
    this.io = io;
    this.paths = paths;
    this.limits = limits;
    this.threads = threads;
  }

  /**
   * Makes a recipe, and makes it durable, but not its name.
   *
   * @param blob a layer's blob that the store has
   * @param diffId the layer, whose layer file the store has
   * @param scratch where nothing is yet, to be deleted afterwards
   * @param file where the recipe goes
   * @return its record; empty if no compressor that there is here makes the blob
   * @throws DigestMismatchException if the blob is damaged
   */
  Optional<RecipeRecord> make(Descriptor blob, DiffId diffId, Path scratch, Path file)
      throws IOException {
    List<Recompression> candidates = Recompression.candidates(head(blob));
    HashSink hash = new HashSink();
    long tarRecipeBytes;
    try (FileChannel channel = io.create(scratch)) {
      OutputStream out = new SinkOutput((bytes, offset, length) -> {
        hash.accept(bytes, offset, length);
        io.write(channel, ByteBuffer.wrap(bytes, offset, length));
      });
      try (LayerStream tar = tar(blob, diffId)) {
        TarRecipe.write(tar, paths.layerFile(diffId), out);
      }
      tarRecipeBytes = hash.length();
      if (Recompression.areGzip(candidates)) {
        candidates = List.of(best(blob, diffId, candidates));
        writeChoices(blob, diffId, candidates.get(0).search(), Long.MAX_VALUE, out);
      }
    } catch (OddStreamException e) {
      return Optional.empty();
    }
    for (Recompression candidate : candidates) {
      RecipeRecord recipe = new RecipeRecord(
          blob.digest(),
          blob.size(),
          diffId,
          candidate,
          tarRecipeBytes,
          hash.length() - tarRecipeBytes,
          hash.digest());
      if (makesBlob(recipe, scratch)) {
        write(recipe, scratch, file);
        return Optional.of(recipe);
      }
    }
    return Optional.empty();
  }

  /** Returns the one that guesses best at the beginning of the blob, or the first that is nearly always right. */
  private Recompression best(Descriptor blob, DiffId diffId, List<Recompression> candidates)
      throws IOException {
    Recompression best = candidates.get(0);
    long min = Long.MAX_VALUE;
    for (Recompression candidate : candidates) {
      long wrong = wrong(blob, diffId, candidate.search());
      if (wrong < min) {
        min = wrong;
        best = candidate;
      }
      if (wrong <= Math.min(blob.size(), SAMPLE) / WRONG_IS_RARE) {
        break;
      }
    }
    return best;
  }

  /** Returns how often a search guesses wrong there; as often as can be if it takes too long, which others need not. */
  private long wrong(Descriptor blob, DiffId diffId, Search search) throws IOException {
    try {
      return writeChoices(blob, diffId, search, SAMPLE, OutputStream.nullOutputStream());
    } catch (OddStreamException e) {
      return Long.MAX_VALUE;
    }
  }

  private long writeChoices(
      Descriptor blob, DiffId diffId, Search search, long limit, OutputStream out)
      throws IOException {
    try (InputStream gzip = Files.newInputStream(paths.blob(blob.digest()));
        LayerStream tar = tar(blob, diffId)) {
      return DeflateRecipe.write(gzip, tar, search, limit, out);
    }
  }

  private LayerStream tar(Descriptor blob, DiffId diffId) throws IOException {
    InputStream raw = Files.newInputStream(paths.blob(blob.digest()));
    return LayerImport.open(raw, "layer " + diffId, limits);
  }

  private byte[] head(Descriptor blob) throws IOException {
    try (InputStream in = Files.newInputStream(paths.blob(blob.digest()))) {
      return in.readNBytes(Recompression.headLength());
    }
  }

  /** Whether a recipe makes the bytes that are in the blob's file, and those are what its digest says. */
  private boolean makesBlob(RecipeRecord recipe, Path tarRecipe) throws IOException {
    DigestSink hash = new DigestSink(recipe.blob());
    try (InputStream blob =
        new BufferedInputStream(Files.newInputStream(paths.blob(recipe.blob())), BUFFER)) {
      OutputStream compared = new SinkOutput(new Comparison(blob, hash));
      new Recipes(paths).make(recipe, tarRecipe, 0, compared, threads);
      if (blob.read() >= 0) {
        return false;
      }
    } catch (Comparison.DifferentException e) {
      return false;
    }
    hash.requireMatch("blob " + recipe.blob());
    return true;
  }

  private void write(RecipeRecord recipe, Path tarRecipe, Path file) throws IOException {
    try (FileChannel channel = io.create(file);
        InputStream in = Files.newInputStream(tarRecipe)) {
      io.write(channel, ByteBuffer.wrap(recipe.line()));
      byte[] buffer = new byte[BUFFER];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        io.write(channel, ByteBuffer.wrap(buffer, 0, length));
      }
      io.force(channel);
    }
  }

  /** Compares what it takes with a stream, and passes on what is the same. */
  private record Comparison(InputStream expected, ByteSink sink) implements ByteSink {
    /** The first byte that is not the same. */
    private static final class DifferentException extends IOException {
      private static final long serialVersionUID = 1;
    }

    @Override
    public void accept(byte[] bytes, int offset, int length) throws IOException {
      byte[] same = expected.readNBytes(length);
      if (!ByteBuffer.wrap(same).equals(ByteBuffer.wrap(bytes, offset, length))) {
        throw new DifferentException();
      }
      sink.accept(bytes, offset, length);
    }
  }
}
