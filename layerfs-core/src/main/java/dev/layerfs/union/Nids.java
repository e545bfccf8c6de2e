package dev.layerfs.union;

import java.util.concurrent.atomic.AtomicLong;

/** The nids of inodes that are not the image's; unique in a view, whatever upper they are in. */
final class Nids {
  private final AtomicLong next = new AtomicLong(UpperTree.FIRST_NID);

  long next() {
    return next.getAndIncrement();
  }
}
