/** Layer tars: the strict reader, whiteouts, compression. */
package dev.layerfs.changeset;
