package dev.layerfs.registry;

/**
 * A repository that a search has found. All text is the registry's, and untrusted.
 *
 * @param name the repository's name, for example {@code library/debian}
 * @param description what it says of itself
 * @param stars how many users like it
 * @param pulls how often it was pulled
 * @param official whether Docker looks after it
 */
public record SearchResult(
    String name, String description, long stars, long pulls, boolean official) {}
