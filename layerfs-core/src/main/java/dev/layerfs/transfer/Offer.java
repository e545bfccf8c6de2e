package dev.layerfs.transfer;

import dev.layerfs.oci.Descriptor;
import java.util.List;

/**
 * An image that a source offers.
 *
 * @param descriptor its manifest or index
 * @param names what the source calls it: full references, or bare tags in layouts; untrusted, of any grammar; may be empty
 */
public record Offer(Descriptor descriptor, List<String> names) {
  /** Copies the names. */
  public Offer {
    names = List.copyOf(names);
  }
}
