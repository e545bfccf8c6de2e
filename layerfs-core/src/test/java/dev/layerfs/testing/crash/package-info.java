/**
 * A file system in memory that knows what power loss would leave of it: what was not forced is not certain, be it the content of
 * a file, a name in a directory, or an attribute.
 */
@org.jspecify.annotations.NullMarked
package dev.layerfs.testing.crash;
