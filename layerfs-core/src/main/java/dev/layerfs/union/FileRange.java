package dev.layerfs.union;

import java.nio.file.Path;

/**
 * Where the content of a regular file beneath an upper lies on the host, in one piece.
 *
 * @param file a layer file, or a file of an upper
 * @param offset where the content begins in it, in bytes, on a block boundary
 * @param length bytes of content
 */
record FileRange(Path file, long offset, long length) {}
