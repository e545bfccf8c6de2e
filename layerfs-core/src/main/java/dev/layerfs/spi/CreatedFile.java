package dev.layerfs.spi;

import java.nio.channels.FileChannel;

/**
 * A regular file that was just made.
 *
 * @param content its content, open to be read and written, as {@link HostFiles#open} opens it; closed by whoever gets this
 * @param inode its inode number, as {@link HostFiles#stat} tells it
 */
public record CreatedFile(FileChannel content, long inode) {}
