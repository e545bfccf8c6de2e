package dev.layerfs.store;

import dev.layerfs.erofs.LayerFile;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;

/**
 * What became of a layer that was read, or made here.
 *
 * @param blob its blob
 * @param diffId the digest of what the blob decompresses to
 * @param tarBytes the length of that
 * @param summary what is in its layer file
 */
record MadeLayer(Descriptor blob, DiffId diffId, long tarBytes, LayerFile.Summary summary) {}
