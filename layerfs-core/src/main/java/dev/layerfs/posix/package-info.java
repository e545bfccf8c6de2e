/**
 * The POSIX vocabulary: names as bytes, {@link dev.layerfs.posix.Stat}, {@link dev.layerfs.posix.Errno}, and {@link
 * dev.layerfs.posix.PosixView}, the inode-level interface that every door to a root file system talks to.
 */
@NullMarked
package dev.layerfs.posix;

import org.jspecify.annotations.NullMarked;
