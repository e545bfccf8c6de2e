/**
 * Layer tars: decompression ({@link dev.layerfs.changeset.Compression}), the strict tar reader
 * ({@link dev.layerfs.changeset.TarReader}), and changesets with their whiteouts on top of it
 * ({@link dev.layerfs.changeset.ChangesetReader}).
 */
package dev.layerfs.changeset;
