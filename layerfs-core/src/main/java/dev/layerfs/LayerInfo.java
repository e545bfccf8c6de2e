package dev.layerfs;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import java.util.List;

/**
 * One layer of an image. Immutable.
 *
 * @param blob the compressed layer tar, as the manifest describes it
 * @param diffId digest of the uncompressed layer tar
 * @param entries entries of the tar
 * @param contentBytes bytes of content of its files
 * @param fileBytes bytes of the layer file in the store
 * @param notes what was dropped or ignored when it was read, for a person
 */
public record LayerInfo(
    Descriptor blob,
    DiffId diffId,
    long entries,
    long contentBytes,
    long fileBytes,
    List<String> notes) {

  /** Copies the notes. */
  public LayerInfo {
    notes = List.copyOf(notes);
  }
}
