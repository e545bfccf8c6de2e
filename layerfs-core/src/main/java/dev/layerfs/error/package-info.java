/**
 * What can go wrong with images and stores, as {@link java.io.IOException}s that name the object and the rule it broke.
 *
 * <p>File operations throw {@code java.nio.file}'s own exceptions instead; these are for images, registries and the
 * store. Text that came from an image is escaped in every message ({@link dev.layerfs.error.Printable}).
 */
@NullMarked
package dev.layerfs.error;

import org.jspecify.annotations.NullMarked;
