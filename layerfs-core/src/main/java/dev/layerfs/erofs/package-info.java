/** The EROFS format: layer files and image trees, written, read and merged. */
package dev.layerfs.erofs;
