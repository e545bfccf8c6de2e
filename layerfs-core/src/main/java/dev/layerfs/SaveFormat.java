package dev.layerfs;

/** What {@link LayerStore#save} writes. */
public enum SaveFormat {
  /** A tar of an OCI image layout: everything as it is in the store, byte for byte. */
  OCI_ARCHIVE,
  /** An OCI image layout in a directory: everything as it is in the store, byte for byte. */
  OCI_LAYOUT,
  /**
   * What {@code docker save} writes and {@code docker load}, {@code podman load} and {@code skopeo} read: layers without
   * compression, one platform of each image, and no manifests, so that an image that is loaded from it has another digest.
   */
  DOCKER_ARCHIVE
}
