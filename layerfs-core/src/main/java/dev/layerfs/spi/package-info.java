/** What another module implements for layerfs. */
package dev.layerfs.spi;
