package dev.layerfs;

/**
 * What a store holds. Immutable: a snapshot.
 *
 * @param images number of images
 * @param containers number of containers
 * @param layers number of layers; one that several images share counts once
 * @param blobBytes bytes of blobs: manifests, configs and compressed layers, and recipes of those that were discarded
 * @param layerBytes bytes of layer files
 * @param treeBytes bytes of image trees, which can be rebuilt from layer files
 */
public record StoreUsage(
    int images, int containers, int layers, long blobBytes, long layerBytes, long treeBytes) {}
