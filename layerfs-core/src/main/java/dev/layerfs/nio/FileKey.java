package dev.layerfs.nio;

/**
 * Identifies a file: equal for all its names, before and after copy-up, and whenever its file system is open.
 *
 * @param fileSystem the id of the file system
 * @param device which of the file systems that are mounted in it, 0 for its own
 * @param inode the inode number
 */
record FileKey(String fileSystem, int device, long inode) {}
