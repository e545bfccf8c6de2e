package dev.layerfs.recipe;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a tar and finds the files of a layer file in it: wherever a block of the tar is the first block of a file, everything is
 * compared from there on, and taken from the layer file as far as it is the same.
 */
final class TarMatch {
  private static final int UNIT = FileHeads.LENGTH;
  private static final int BUFFER = 256 * UNIT;

  private final LayerBytes layer;
  private final FileHeads heads;
  private final TarRecipe.Steps steps;
  private final byte[] own;
  private int ownLength;
  private int nextFile;
  private long copyOffset;
  private long copyLength;

  /**
   * Prepares.
   *
   * @param maxBytes how many bytes a step may have that are not in the layer file; a multiple of 512
   */
  TarMatch(LayerBytes layer, FileHeads heads, int maxBytes, TarRecipe.Steps steps) {
    this.layer = layer;
    this.heads = heads;
    this.steps = steps;
    this.own = new byte[maxBytes];
  }

  void read(InputStream tar) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int length = tar.readNBytes(buffer, 0, BUFFER);
        length > 0;
        length = tar.readNBytes(buffer, 0, BUFFER)) {
      for (int at = 0; at < length; at += UNIT) {
        take(buffer, at, Math.min(UNIT, length - at));
      }
    }
    finishStep();
  }

  private void take(byte[] buffer, int at, int length) throws IOException {
    if (copyLength > 0 && layer.isAt(copyOffset + copyLength, buffer, at, length)) {
      copyLength += length;
      return;
    }
    if (copyLength > 0) {
      finishStep();
    }
    int file = length < UNIT ? -1 : heads.find(buffer, at, nextFile);
    if (file >= 0 && layer.isAt(heads.offset(file), buffer, at, length)) {
      nextFile = file + 1;
      copyOffset = heads.offset(file);
      copyLength = length;
    } else {
      takeOwn(buffer, at, length);
    }
  }

  private void takeOwn(byte[] buffer, int at, int length) throws IOException {
    if (ownLength == own.length) {
      finishStep();
    }
    System.arraycopy(buffer, at, own, ownLength, length);
    ownLength += length;
  }

  private void finishStep() throws IOException {
    if (ownLength > 0 || copyLength > 0) {
      steps.add(own, ownLength, copyOffset, copyLength);
      ownLength = 0;
      copyLength = 0;
    }
  }
}
