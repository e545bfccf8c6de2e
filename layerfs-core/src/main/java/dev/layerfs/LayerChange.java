package dev.layerfs;

import dev.layerfs.posix.Stat;
import java.util.Optional;

/**
 * One thing that a layer does to the root file system that the layers beneath it make. Immutable.
 *
 * <p>Two paths are names of one file if their {@code origin} and their {@code stat}'s inode number are equal.
 *
 * @param layer the layer, an index of {@link Image#layers}
 * @param kind {@code ADDED} if the layer has the path and no layer beneath shows it; {@code MODIFIED} if one does, whether anything
 *     differs or not, and also if it is of another type; {@code DELETED} if the layer removes it, and in case of a directory everything
 *     in it
 * @param path the absolute path, beginning with {@code /}; a byte that is not UTF-8 appears as U+DC80 to U+DCFF
 * @param stat the attributes; empty for {@code DELETED}. The inode number is that of the layer {@code origin}
 * @param origin the layer that has the content: {@code layer}, or one beneath for a hard link to a file of it; -1 for
 *     {@code DELETED}
 */
public record LayerChange(
    int layer, Change.Kind kind, String path, Optional<Stat> stat, int origin) {}
