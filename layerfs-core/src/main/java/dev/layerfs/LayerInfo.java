package dev.layerfs;

import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.DiffId;
import java.util.List;

/** One layer of an image. */
public record LayerInfo(
    Descriptor blob,
    DiffId diffId,
    long entries,
    long contentBytes,
    long fileBytes,
    List<String> notes) {}
