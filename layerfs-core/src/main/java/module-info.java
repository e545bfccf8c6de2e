/**
 * layerfs: container images as file systems.
 *
 * <p>{@link dev.layerfs} is the front door; {@link dev.layerfs.oci} is the image model, {@link dev.layerfs.posix} the
 * POSIX-level view of a root file system.
 */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // jimfs declares no module
module dev.layerfs.core {
  requires static transitive org.jspecify;
  requires com.github.luben.zstd_jni;
  requires com.google.common;
  requires com.google.common.jimfs;
  requires org.apache.commons.compress;
  requires tools.jackson.core;

  exports dev.layerfs;
  exports dev.layerfs.error;
  exports dev.layerfs.oci;
  exports dev.layerfs.posix;
}
