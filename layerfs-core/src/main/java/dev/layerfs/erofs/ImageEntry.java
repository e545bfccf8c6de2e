package dev.layerfs.erofs;

import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import org.jspecify.annotations.Nullable;

/**
 * What a name of a directory of an image is. Immutable.
 *
 * @param directory the directory's nid
 * @param name the name
 * @param nid the inode that has the name; -1 if none has
 * @param type the inode's type; null if there is none
 */
public record ImageEntry(
    long directory, Name name, long nid, @Nullable FileType type) {}
