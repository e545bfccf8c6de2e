package dev.layerfs.posix;

/**
 * One name of a directory.
 *
 * @param name the name; never {@code .} or {@code ..}
 * @param type the type of what it names
 * @param inode the inode number of what it names, as in {@link Stat#inode}
 */
public record DirectoryEntry(Name name, FileType type, long inode) {}
