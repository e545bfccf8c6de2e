package dev.layerfs;

/**
 * A state of a container that can be gone back to. It belongs to that container and ends with it.
 *
 * @param id twelve hexadecimal digits, unique in the store
 */
public record Checkpoint(String id) {}
