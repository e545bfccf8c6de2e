/** What needs the Linux kernel, by way of {@code java.lang.foreign}. */
@org.jspecify.annotations.NullMarked
module dev.layerfs.overlay {
  requires static transitive org.jspecify;
  requires transitive dev.layerfs.core;
}
