package dev.layerfs.nio;

/**
 * Identifies a file: equal for all its names, before and after copy-up, and whenever its file system is open.
 *
 * @param fileSystem the id of the file system
 * @param inode the inode number
 */
record FileKey(String fileSystem, long inode) {}
