/**
 * layerfs: container images as file systems.
 *
 * <p>{@link dev.layerfs} is the front door; {@link dev.layerfs.oci} is the image model, {@link dev.layerfs.posix} the
 * POSIX-level view of a root file system.
 *
 * <h2>File systems by URI</h2>
 *
 * <p>The module provides a {@link java.nio.file.spi.FileSystemProvider} of the scheme {@code layerfs}. Its URIs have two
 * forms:
 *
 * <ul>
 *   <li>{@code layerfs://NAME/PATH} names a file of an open file system. {@code NAME} is what {@link
 *       java.nio.file.Path#toUri} gives, which for a container is its id. It is percent-encoded, and so is {@code PATH},
 *       byte by byte, so every name of every image survives.
 *   <li>{@code layerfs:STORE!/NAME!/PATH} says, in the style of {@code jar:} URIs, where it comes from: {@code STORE} is the
 *       URI of a store's directory, for example {@code file:///var/images}, and {@code NAME} a container's id or name, or,
 *       if there is no such container, an image's reference or digest, as {@link dev.layerfs.LayerStore} has them. A
 *       {@code !} before a slash within one of the two is written {@code %21}.
 * </ul>
 *
 * <p>{@link java.nio.file.FileSystems#newFileSystem(java.net.URI, java.util.Map)} opens a container, writable, or an image,
 * read-only; the URI's path plays no part. The first form needs to be told the store: the value of {@code "store"} in the
 * environment is an open {@link dev.layerfs.LayerStore}, or its directory as a {@link java.nio.file.Path} or as a string. {@code
 * NAME} may then be any name, as in the second form. Other keys are ignored.
 *
 * <pre>{@code
 * URI debian = URI.create("layerfs:file:///var/images!/debian:12");
 * try (FileSystem image = FileSystems.newFileSystem(debian, Map.of())) {
 *   Files.readString(image.getPath("/etc/os-release"));
 *   Files.readString(Path.of(URI.create(debian + "!/etc/os-release"))); // the same file
 * }
 * }</pre>
 *
 * <p>Until it is closed, the file system is found by the URI that it was opened with and by those of its paths. Closing it
 * closes the container or image, and the store, unless the program has opened that itself. {@code FileSystems} finds
 * containers and images that were opened in other ways too, by the URIs of their paths.
 */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // jimfs declares no module
module dev.layerfs.core {
  requires static transitive org.jspecify;
  requires java.net.http;
  requires com.github.luben.zstd_jni;
  requires com.google.common;
  requires com.google.common.jimfs;
  requires org.apache.commons.compress;
  requires tools.jackson.core;

  exports dev.layerfs;
  exports dev.layerfs.error;
  exports dev.layerfs.oci;
  exports dev.layerfs.posix;
  exports dev.layerfs.registry;
  exports dev.layerfs.spi;

  uses dev.layerfs.spi.HostFilesFactory;
  uses dev.layerfs.spi.MountBackend;

  provides java.nio.file.spi.FileSystemProvider with
      dev.layerfs.provider.InstalledProvider;
}
