/**
 * What needs the Linux kernel, by way of {@code java.lang.foreign}: mounts, and uppers as overlayfs itself keeps them.
 *
 * <p>Nothing is exported: {@link dev.layerfs.spi} is how the core finds it. The JVM has to be told that it may call native
 * functions: {@code --enable-native-access=dev.layerfs.overlay}, or {@code ALL-UNNAMED} on the class path.
 */
@org.jspecify.annotations.NullMarked
module dev.layerfs.overlay {
  requires static transitive org.jspecify;
  requires transitive dev.layerfs.core;

  provides dev.layerfs.spi.HostFilesFactory with
      dev.layerfs.overlay.LinuxFilesFactory;
  provides dev.layerfs.spi.MountBackend with
      dev.layerfs.overlay.OverlayBackend;
}
