package dev.layerfs.spi;

/**
 * A part of a file that its host stores.
 *
 * @param from where it begins, in bytes
 * @param to where it ends, exclusive
 */
public record DataRange(long from, long to) {}
