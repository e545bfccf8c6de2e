package dev.layerfs.overlay;

import java.io.IOException;

/** The ways in which kernels of different ages are told the layers of a union; a new one knows them all. */
enum Way {
  /** As Linux 6.13. */
  DESCRIPTORS,
  /** As Linux 6.8. */
  ONE_BY_ONE,
  /** As before. */
  AT_ONCE;

  /** Returns a backend that takes this kernel for one that knows no newer way. */
  OverlayBackend backend() throws IOException {
    return new OverlayBackend(features());
  }

  /** Returns what such a kernel can do. */
  KernelFeatures features() throws IOException {
    KernelFeatures real = new FeatureProbe(new MountCalls()).overlay();
    return new KernelFeatures(
        real.options(),
        real.oneByOne() && this != AT_ONCE,
        real.byDescriptor() && this == DESCRIPTORS);
  }
}
