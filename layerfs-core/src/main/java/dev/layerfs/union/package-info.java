/** The union engine: an image tree and a writable upper layer as one {@link dev.layerfs.posix.PosixView}. */
package dev.layerfs.union;
