package dev.layerfs.oci;

import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The names and the marker of an OCI image layout (image-layout.md). */
public final class ImageLayout {
  /** Name of the marker file. */
  public static final String MARKER_FILE = "oci-layout";
  /** Name of the layout's index. */
  public static final String INDEX_FILE = "index.json";
  /** Name of the directory of blobs. */
  public static final String BLOBS_DIRECTORY = "blobs";

  private static final String VERSION = "1.0.0";

  private ImageLayout() {}

  /**
   * Returns the content of a new layout's {@link #MARKER_FILE}.
   *
   * @return a new array
   */
  public static byte[] marker() {
    return ("{\"imageLayoutVersion\":\"" + VERSION + "\"}").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Checks a {@link #MARKER_FILE}.
   *
   * @param document its content
   * @param subject where it is, for messages
   * @param limits bounds on it
   * @throws MalformedImageException if it isn't an object with an {@code imageLayoutVersion}
   * @throws UnsupportedImageException if the version is none of 1.x
   */
  public static void check(byte[] document, String subject, Limits limits) throws IOException {
    JsonObject json = Documents.reader(limits).readObject(document, subject);
    String version = json.string("imageLayoutVersion");
    if (!version.startsWith("1.")) {
      throw new UnsupportedImageException(subject, "the version of the image layout must be 1.x");
    }
  }

  /**
   * Returns where a blob is in a layout.
   *
   * @param digest the blob's digest, whose grammar makes it safe in a path
   * @return a relative path with {@code /} between names
   */
  public static String blobPath(Digest digest) {
    return BLOBS_DIRECTORY + '/' + digest.algorithm() + '/' + digest.encoded();
  }
}
