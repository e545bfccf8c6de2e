/** What another module implements for layerfs. */
@NullMarked
package dev.layerfs.spi;

import org.jspecify.annotations.NullMarked;
