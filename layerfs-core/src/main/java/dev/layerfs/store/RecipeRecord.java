package dev.layerfs.store;

import dev.layerfs.json.JsonObject;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import dev.layerfs.recipe.Recompression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * The first line of a recipe: of which layer file a blob is made again, and how. A {@link dev.layerfs.recipe.TarRecipe} follows it,
 * and, of a gzip, a {@link dev.layerfs.deflate.DeflateRecipe}.
 *
 * @param blob digest of the blob
 * @param size its length
 * @param diffId the layer
 * @param compressor what makes the blob of the layer's tar
 * @param tarRecipeBytes length of the recipe of the tar
 * @param deflateRecipeBytes length of the recipe of the gzip; 0 if it is none
 * @param recipeDigest SHA-256 of all that follows the line
 */
record RecipeRecord(
    Digest blob,
    long size,
    DiffId diffId,
    Recompression compressor,
    long tarRecipeBytes,
    long deflateRecipeBytes,
    Digest recipeDigest) {
  private static final int MAX_LINE = 8 << 10;
  private static final int NEWLINE = '\n';

  byte[] line() {
    return RecordFile.encode(JsonObject.empty()
        .with("blob", blob.toString())
        .with("size", size)
        .with("diffId", diffId.toString())
        .with("method", compressor.method().name().toLowerCase(Locale.ROOT))
        .with("level", compressor.level())
        .with("header", compressor.header())
        .with("tarRecipeBytes", tarRecipeBytes)
        .with("deflateRecipeBytes", deflateRecipeBytes)
        .with("recipeDigest", recipeDigest.toString()));
  }

  /** Returns the length of the recipe's file. */
  long fileBytes() {
    return line().length + tarRecipeBytes + deflateRecipeBytes;
  }

  /** Whether it makes what a descriptor says. */
  boolean makes(Descriptor descriptor) {
    return blob.equals(descriptor.digest()) && size == descriptor.size();
  }

  /**
   * Reads the line; the stream is at what follows it then.
   *
   * @param subject what is read, for messages
   * @param expected the blob that the file's name says
   * @throws dev.layerfs.error.StoreCorruptException if it is not what was written
   */
  static RecipeRecord read(InputStream in, String subject, Digest expected) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != NEWLINE && line.size() < MAX_LINE) {
      line.write(next);
      next = in.read();
    }
    line.write(NEWLINE);
    return RecordFile.decode(subject, line.toByteArray(), fields -> parse(fields, expected));
  }

  private static RecipeRecord parse(JsonObject fields, Digest expected) throws IOException {
    Digest blob = Digest.parse(fields.string("blob"));
    if (!blob.equals(expected)) {
      throw fields.malformed("blob", "is another blob");
    }
    String method = fields.string("method").toUpperCase(Locale.ROOT);
    int level = Math.toIntExact(fields.unsigned("level"));
    return new RecipeRecord(
        blob,
        fields.unsigned("size"),
        DiffId.parse(fields.string("diffId")),
        new Recompression(Recompression.Method.valueOf(method), level, fields.string("header")),
        fields.unsigned("tarRecipeBytes"),
        fields.unsigned("deflateRecipeBytes"),
        Digest.parse(fields.string("recipeDigest")));
  }
}
