/** A provider of file systems that fails when it is told to. */
@org.jspecify.annotations.NullMarked
package dev.layerfs.testing.faulty;
