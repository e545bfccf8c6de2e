package dev.layerfs.registry;

import dev.layerfs.oci.Descriptor;

/** A manifest or index as a registry has it. Immutable. */
public final class RemoteManifest {
  private final Descriptor descriptor;
  private final byte[] content;

  RemoteManifest(Descriptor descriptor, byte[] content) {
    this.descriptor = descriptor;
    this.content = content.clone();
  }

  /**
   * Returns what it is.
   *
   * @return the type, the digest and the size; the digest is that of the content
   */
  public Descriptor descriptor() {
    return descriptor;
  }

  /**
   * Returns the document.
   *
   * @return a new array
   */
  public byte[] content() {
    return content.clone();
  }
}
