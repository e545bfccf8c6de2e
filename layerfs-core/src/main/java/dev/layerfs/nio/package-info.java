/** The {@code java.nio.file} door to a {@link dev.layerfs.posix.PosixView}. */
package dev.layerfs.nio;
