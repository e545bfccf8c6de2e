package dev.layerfs;

/**
 * A state of a container that can be gone back to. It belongs to that container, and to the forks that began with it, and ends
 * with them.
 *
 * @param id twelve hexadecimal digits; no other state in the store has them
 */
public record Checkpoint(String id) {}
