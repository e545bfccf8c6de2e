package dev.layerfs.oci;
/** (skeleton) */
public record ChainId(Digest digest) {}
