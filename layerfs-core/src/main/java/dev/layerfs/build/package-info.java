/** Images that are made here: the changes of a container, or files from anywhere, become layers, and layers an image. */
@NullMarked
package dev.layerfs.build;

import org.jspecify.annotations.NullMarked;
