package dev.layerfs;

import dev.layerfs.oci.Descriptor;
import java.util.List;

/**
 * Which blobs of layers were discarded from a store, or could be. Immutable.
 *
 * @param discarded what is gone, or can go
 * @param kept what stays
 */
public record DiscardReport(List<Discarded> discarded, List<Kept> kept) {
  /** Copies the lists. */
  public DiscardReport {
    discarded = List.copyOf(discarded);
    kept = List.copyOf(kept);
  }

  /**
   * Adds up what became free.
   *
   * @return length of the blobs that were discarded, without that of their recipes
   */
  public long bytes() {
    return discarded.stream()
        .mapToLong(each -> each.blob().size() - each.recipeBytes())
        .sum();
  }

  /**
   * A blob that is made again when it is needed.
   *
   * @param blob the blob
   * @param recipeBytes length of what is kept in its place
   */
  public record Discarded(Descriptor blob, long recipeBytes) {}

  /**
   * A blob that stays.
   *
   * @param blob the blob
   * @param reason why
   */
  public record Kept(Descriptor blob, Reason reason) {}

  /** Why a blob stays. */
  public enum Reason {
    /** No compressor that layerfs has makes its bytes; of a gzip: it has something that none writes. */
    NOT_REPRODUCIBLE,
    /** What would have to be kept in its place is no shorter. */
    NO_GAIN,
    /** The layer file is not there, because another tool has added the image, or it is damaged. */
    NO_LAYER_FILE,
    /** It is not what its digest says, or exceeds a limit. */
    DAMAGED,
    /** Somebody reads it, or is about to. */
    IN_USE
  }
}
