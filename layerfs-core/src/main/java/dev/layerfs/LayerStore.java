package dev.layerfs;

import dev.layerfs.oci.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * A store: images, their layers and containers in one directory.
 *
 * <pre>{@code
 * try (LayerStore store = LayerStore.open(Path.of("images"))) {
 *   store.load(Path.of("debian.tar"));
 *   ContainerOptions options = ContainerOptions.builder().ephemeral().build();
 *   try (Container container = store.create(store.image("debian:12"), options)) {
 *     Files.writeString(container.root().resolve("etc/motd"), "hello\n");
 *   }
 * }
 * }</pre>
 *
 * <p>The directory is an OCI image layout: {@code skopeo inspect oci:STORE:docker.io/library/debian:12} reads it as it is.
 *
 * <p><b>Names.</b> An image is named by a reference ({@code debian:12} is short for {@code
 * docker.io/library/debian:12}), by its digest ({@code sha256:…}, of the manifest or of an index it is part of), or by at
 * least four hexadecimal digits that begin the digest of one image only. A container is named by its id, its name, or by at
 * least four digits that begin one id only.
 *
 * <p><b>Durability.</b> When a call returns, what it did survives power loss, unless {@link
 * StoreOptions.Builder#unsafeNoSync} was chosen or the container is ephemeral. What is written through a container is
 * made durable as in any file system: when the file is forced, or by {@link dev.layerfs.posix.PosixView#sync}. A call
 * that fails, or whose process dies, has changed nothing.
 *
 * <p><b>Concurrency.</b> All methods are safe for use by several threads, and several processes may have one store open.
 * Every method fails with {@link IllegalStateException} once the store is closed.
 */
public interface LayerStore extends Closeable {
  /**
   * Opens a store, durable; makes it if the directory does not exist or is empty.
   *
   * @param directory where it is, on any {@code java.nio.file} file system
   * @return the open store
   * @throws IOException as for {@link #open(Path, StoreOptions)}
   */
  static LayerStore open(Path directory) throws IOException {
    return open(directory, StoreOptions.DEFAULT);
  }

  /**
   * Opens a store; makes it if the directory does not exist or is empty. Clears away what processes that died in the middle of
   * something have left, among it their ephemeral containers.
   *
   * @param directory where it is, on any {@code java.nio.file} file system. Where that has POSIX permissions the directory is
   *     made accessible to its owner only
   * @param options how to open it
   * @return the open store
   * @throws dev.layerfs.error.UnsupportedImageException if a newer version of this library made it
   * @throws java.nio.file.NotDirectoryException if it is a symbolic link or another file
   * @throws java.nio.file.AccessDeniedException if the directory belongs to somebody else or everybody can write to it
   * @throws java.nio.file.FileAlreadyExistsException if the directory holds something that is not a store
   * @throws IOException if it can't be opened
   */
  static LayerStore open(Path directory, StoreOptions options) throws IOException {
    return DirectoryStore.open(directory, options);
  }

  /**
   * Makes an empty store in memory, which is gone when it is closed.
   *
   * @return a new store
   */
  static LayerStore inMemory() {
    return DirectoryStore.inMemory();
  }

  /**
   * Returns where the store is.
   *
   * @return the directory it was opened with
   */
  Path directory();

  /**
   * Loads every image of a source, with the names that it has for them.
   *
   * @param source as for {@link #load(Path, LoadOptions)}
   * @return the images, in the source's order
   * @throws IOException as for {@link #load(Path, LoadOptions)}
   */
  default List<Image> load(Path source) throws IOException {
    return load(source, LoadOptions.DEFAULT);
  }

  /**
   * Loads images: all of them, or, if this fails, none. Everything is checked: sizes and digests of blobs, diff ids of layers,
   * every entry of every layer. Layers that the store has are not read again.
   *
   * @param source a directory with an OCI image layout, or a file with an OCI archive or a docker archive, compressed or not
   * @param options what to load, and how
   * @return the images that the source has and the options choose, in the source's order; they are all in the store now
   * @throws dev.layerfs.error.NotFoundException if the source does not have what the options choose
   * @throws dev.layerfs.error.MalformedImageException if a document, archive or layer breaks the rules of its format
   * @throws dev.layerfs.error.DigestMismatchException if content is not what its digest, size or diff id promises
   * @throws dev.layerfs.error.LimitExceededException if content exceeds one of the limits
   * @throws dev.layerfs.error.UnsupportedImageException if an image is of a kind that can't be loaded
   * @throws java.io.InterruptedIOException if the calling thread was interrupted; its interrupt status is then set
   * @throws IOException if the source can't be read or the store not be written
   */
  List<Image> load(Path source, LoadOptions options) throws IOException;

  /**
   * Loads images from a stream, as {@link #load(Path, LoadOptions)} does from a file. The stream is read to the end of the
   * archive and not closed.
   *
   * @param archive an OCI archive or docker archive, compressed or not
   * @param options what to load, and how
   * @return the images
   * @throws IOException as for {@link #load(Path, LoadOptions)}
   */
  List<Image> load(InputStream archive, LoadOptions options) throws IOException;

  /**
   * Pulls an image for this machine's platform; of a volume, which is then in the store, it is an error.
   *
   * @param reference as for {@link #pull(String, PullOptions)}
   * @return the image
   * @throws IOException as for {@link #pull(String, PullOptions)}
   */
  default Image pull(String reference) throws IOException {
    return RegistryTransfers.image(reference, pull(reference, PullOptions.DEFAULT));
  }

  /**
   * Pulls images from a registry: all that the options choose, or, if this fails, none. They are checked as {@link #load(Path,
   * LoadOptions)} checks, while they are downloaded; layers that the store has are not fetched. The image gets the name that it
   * is pulled by, which it takes from the image that had it, or none if it is pulled by a digest.
   *
   * @param reference a name such as {@code debian:12} or {@code registry.example/team/app@sha256:…}
   * @param options what to pull, and how
   * @return the images; one, unless all platforms are pulled; none if it is a volume ({@link Volumes#importFrom})
   * @throws dev.layerfs.error.NotFoundException if the registry does not have it, or not for the platform
   * @throws dev.layerfs.error.RegistryException if the registry refuses, can't be asked, or breaks its rules
   * @throws IllegalArgumentException if that is no reference
   * @throws IOException as for {@link #load(Path, LoadOptions)}
   */
  List<Image> pull(String reference, PullOptions options) throws IOException;

  /**
   * Pushes an image to the registry that its name says.
   *
   * @param reference as for {@link #push(String, PushOptions)}
   * @return as for {@link #push(String, PushOptions)}
   * @throws IOException as for {@link #push(String, PushOptions)}
   */
  default Digest push(String reference) throws IOException {
    return push(reference, PushOptions.DEFAULT);
  }

  /**
   * Pushes an image to a registry, as it is, byte for byte. Blobs that are there are not sent; the tag is set when everything
   * else is there.
   *
   * @param reference a name of the store, which also says where to unless the options do, or a digest or the beginning of one
   * @param options what to push, where and how
   * @return the digest of what the destination names now: a manifest or an index
   * @throws dev.layerfs.error.NotFoundException if the store does not have it, or not what the options require of it
   * @throws dev.layerfs.error.RegistryException if the registry refuses, can't be asked, or breaks its rules
   * @throws IllegalArgumentException if the destination is no name
   * @throws java.io.InterruptedIOException if the calling thread was interrupted; its interrupt status is then set
   * @throws IOException if the store can't be read or the registry not be reached
   */
  Digest push(String reference, PushOptions options) throws IOException;

  /**
   * Lists the images, tagged or not.
   *
   * @return all images: named ones by name, then untagged ones by digest
   * @throws IOException if the list can't be read. An image whose own documents are damaged is left out; {@link #image} says
   *     what is wrong with it
   */
  List<Image> images() throws IOException;

  /**
   * Finds an image. Of an index with several platforms the one for this machine is taken, else the first.
   *
   * @param reference a name, a digest or the beginning of one
   * @return the image
   * @throws dev.layerfs.error.NotFoundException if there is none, or several digests begin so
   * @throws dev.layerfs.error.StoreCorruptException if its documents are damaged; loading it again heals them
   * @throws IOException if it can't be read
   */
  Image image(String reference) throws IOException;

  /**
   * Gives an image another name. An image that has the name loses it, and stays, untagged if it was its last one.
   *
   * @param source a name, a digest or the beginning of one
   * @param name the new name; the tag {@code latest} is understood
   * @throws dev.layerfs.error.NotFoundException if there is no such image
   * @throws IllegalArgumentException if the name is not a reference, or is one with a digest
   * @throws IOException if the store can't be written
   */
  void tag(String source, String name) throws IOException;

  /**
   * Makes an index of images for several platforms, under one name, which it may take from another image.
   *
   * @param name a name such as {@code team/app:1.0}
   * @param images images of this store, one for each platform, in the index's order
   * @return the digest of the index
   * @throws dev.layerfs.error.NotFoundException if an image was removed
   * @throws IllegalArgumentException if there are no images, two are for one platform, or the name is not one
   * @throws IOException if the store can't be written
   */
  Digest index(String name, List<Image> images) throws IOException;

  /**
   * Saves images to a file, or into a directory. The same images make the same bytes. Of an index, all platforms that the store
   * has are saved, but only one into a docker archive.
   *
   * @param references names or digests of images or indexes; they keep these names
   * @param format what to write
   * @param target a file, which is replaced; or a directory that is empty or does not exist, for {@link SaveFormat#OCI_LAYOUT}
   * @throws dev.layerfs.error.NotFoundException if there is no such image
   * @throws java.nio.file.DirectoryNotEmptyException if the directory is not empty
   * @throws IOException if the store can't be read, or the target not be written; a file is then removed, a directory of no use
   */
  default void save(List<String> references, SaveFormat format, Path target) throws IOException {
    save(references, format, target, (what, done, total) -> {});
  }

  /**
   * Saves images to a file, or into a directory, and tells how far that is.
   *
   * @param references names or digests of images or indexes; they keep these names
   * @param format what to write
   * @param target as for {@link #save(List, SaveFormat, Path)}
   * @param listener is told how much was read
   * @throws java.io.InterruptedIOException if the calling thread was interrupted; its interrupt status is then set
   * @throws IOException as for {@link #save(List, SaveFormat, Path)}
   */
  void save(List<String> references, SaveFormat format, Path target, ProgressListener listener)
      throws IOException;

  /**
   * Saves images to a stream.
   *
   * @param references names or digests of images or indexes; they keep these names
   * @param format {@link SaveFormat#OCI_ARCHIVE} or {@link SaveFormat#DOCKER_ARCHIVE}
   * @param out where to; not closed
   * @throws IllegalArgumentException if the format is none of a single file
   * @throws IOException as for {@link #save(List, SaveFormat, Path)}
   */
  void save(List<String> references, SaveFormat format, OutputStream out) throws IOException;

  /**
   * Removes a name, and with an image's last name the image, and what only it used. A digest stands for the image itself and
   * its name.
   *
   * @param reference a name, a digest or the beginning of one
   * @return what was removed
   * @throws dev.layerfs.error.NotFoundException if there is no such image
   * @throws dev.layerfs.error.InUseException while a container needs the image, or for a digest with several names
   * @throws IOException if the store can't be written
   */
  Removed remove(String reference) throws IOException;

  /**
   * Deletes whatever no image, no container and nothing that is under way needs, as {@link Maintenance#gc} does.
   *
   * @return what was deleted
   * @throws IOException if the store can't be written
   */
  Removed gc() throws IOException;

  /**
   * Returns what keeps the store in order.
   *
   * @return garbage collection, checks and repairs, what takes how much space, and why
   */
  Maintenance maintenance();

  /**
   * Makes a container without a name.
   *
   * @param image an image of this store
   * @return the open container
   * @throws IOException as for {@link #create(Image, ContainerOptions)}
   */
  default Container create(Image image) throws IOException {
    return create(image, ContainerOptions.DEFAULT);
  }

  /**
   * Makes a container and opens it. Takes the same short time whatever the size of the image; nothing is copied.
   *
   * @param image an image of this store
   * @param options its name, labels and life
   * @return the open container, to be closed
   * @throws dev.layerfs.error.NotFoundException if the image was removed
   * @throws dev.layerfs.error.AlreadyExistsException if the name is taken
   * @throws IllegalArgumentException if the name is not one, or the image is of another store
   * @throws IOException if the store can't be written
   */
  Container create(Image image, ContainerOptions options) throws IOException;

  /**
   * Opens a container.
   *
   * @param container its id, its name, or the beginning of the id
   * @return the open container, to be closed
   * @throws dev.layerfs.error.NotFoundException if there is none, or several ids begin so
   * @throws dev.layerfs.error.InUseException while another opener has it, in any process
   * @throws IOException if it can't be opened
   */
  Container open(String container) throws IOException;

  /**
   * Returns the volumes of the store.
   *
   * @return what makes, lists and removes them
   */
  Volumes volumes();

  /**
   * Lists the containers.
   *
   * @return all containers, the oldest first
   * @throws IOException if the list can't be read. A container whose record is damaged is left out; {@link #container} says
   *     what is wrong with it
   */
  List<ContainerInfo> containers() throws IOException;

  /**
   * Finds a container.
   *
   * @param container its id, its name, or the beginning of the id
   * @return what the store knows of it
   * @throws dev.layerfs.error.NotFoundException if there is none, or several ids begin so
   * @throws dev.layerfs.error.StoreCorruptException if its record is damaged
   * @throws IOException if it can't be read
   */
  ContainerInfo container(String container) throws IOException;

  /**
   * Mounts a container at a directory that goes with it, with the defaults.
   *
   * @param container its id, its name, or the beginning of the id
   * @return the mount
   * @throws IOException as for {@link #mount(String, Path, MountOptions)}
   */
  default Mount mount(String container) throws IOException {
    return mount(container, MountOptions.DEFAULT);
  }

  /**
   * Has the kernel show a container to all processes that may enter the store, at a directory that goes with the container.
   *
   * @param container its id, its name, or the beginning of the id
   * @param options how to mount it
   * @return the mount
   * @throws IOException as for {@link #mount(String, Path, MountOptions)}
   */
  Mount mount(String container, MountOptions options) throws IOException;

  /**
   * Has the kernel show a container to all processes of the machine.
   *
   * @param container its id, its name, or the beginning of the id
   * @param target an existing directory
   * @return the mount
   * @throws IOException as for {@link #mount(String, Path, MountOptions)}
   */
  default Mount mount(String container, Path target) throws IOException {
    return mount(container, target, MountOptions.DEFAULT);
  }

  /**
   * Has the kernel show a container to all processes of the machine, through overlayfs. The mount outlives this process; it
   * ends by {@link Mount#close} or {@link #unmount}, or with the machine. While it is there the container can't be opened,
   * reset, converted or removed. Needs Linux, the module {@code layerfs-overlay} and its JDK, and the privileges to mount:
   * those of root, or of the root of a user namespace. {@link #mountSupport} tells what is missing.
   *
   * @param container its id, its name, or the beginning of the id
   * @param target an existing directory, no symbolic link; what is in it is hidden until the container is unmounted
   * @param options how to mount it
   * @return the mount
   * @throws dev.layerfs.error.NotFoundException if there is none, or several ids begin so
   * @throws dev.layerfs.error.InUseException while it is open or mounted, in any process
   * @throws dev.layerfs.posix.PosixException {@link dev.layerfs.posix.Errno#ENOTSUP}, and why, if this process can't mount
   * @throws IOException if it can't be mounted; nothing is mounted then
   */
  Mount mount(String container, Path target, MountOptions options) throws IOException;

  /**
   * Unmounts a container wherever it is mounted, whoever has mounted it, also a process that is no more.
   *
   * @param container its id, its name, or the beginning of the id
   * @throws dev.layerfs.error.NotFoundException if there is none, or it is not mounted where this process sees it
   * @throws dev.layerfs.error.InUseException if somebody uses the mount; the message says who, as far as this process sees
   * @throws IOException if it can't be unmounted
   */
  void unmount(String container) throws IOException;

  /**
   * Unmounts a container although somebody uses it, as {@link Mount#unmountLazily} does.
   *
   * @param container its id, its name, or the beginning of the id
   * @throws dev.layerfs.error.NotFoundException if there is none, or it is not mounted where this process sees it
   * @throws IOException if it can't be unmounted
   */
  void unmountLazily(String container) throws IOException;

  /**
   * Lists the mounts of this store's containers, whoever made them. The mount table is asked, nothing is remembered.
   *
   * @return the mounts that this process sees, in the order of the mount table; empty where nothing can be mounted
   * @throws IOException if the mount table can't be read
   */
  List<Mount> mounts() throws IOException;

  /**
   * Prepares a container to be mounted by somebody else, and says what that is.
   *
   * @param container its id, its name, or the beginning of the id
   * @return the plan
   * @throws IOException as for {@link #mountPlan(String, MountOptions)}
   */
  default MountPlan mountPlan(String container) throws IOException {
    return mountPlan(container, MountOptions.DEFAULT);
  }

  /**
   * Prepares a container to be mounted by somebody else, such as a runtime or a process in a user namespace, and says what that
   * is. Where this process could not mount the image itself, the image is extracted; the plan is then a single overlay mount.
   * Whoever mounts it has to see to it that the container is not open then.
   *
   * @param container its id, its name, or the beginning of the id
   * @param options how to mount it
   * @return the plan
   * @throws dev.layerfs.error.NotFoundException if there is none, or several ids begin so
   * @throws dev.layerfs.error.InUseException while it is open or mounted
   * @throws dev.layerfs.posix.PosixException {@link dev.layerfs.posix.Errno#ENOTSUP} without {@code layerfs-overlay}
   * @throws IOException if the store can't be written
   */
  MountPlan mountPlan(String container, MountOptions options) throws IOException;

  /**
   * Tells what this process can mount, found out by trying.
   *
   * @return what it can, or why it can't
   * @throws IOException if it can't be found out
   */
  MountSupport mountSupport() throws IOException;

  /**
   * Throws away what was written to a container: it is then as it was made.
   *
   * @param container its id, its name, or the beginning of the id
   * @throws dev.layerfs.error.NotFoundException if there is none, or several ids begin so
   * @throws dev.layerfs.error.InUseException while it is open
   * @throws IOException if the store can't be written
   */
  void reset(String container) throws IOException;

  /**
   * Converts how a container's changes are stored to the best way that this process has on this host. That is chosen when the
   * container is made, and never changes by itself. It is worth changing before a kernel mounts a container that was made
   * without privileges, and where names were not UTF-8 or the store has come from another host. What the container shows stays
   * the same, inode numbers and checkpoints included. It takes time and space as copying all of that does.
   *
   * @param container its id, its name, or the beginning of the id
   * @return whether anything had to be done
   * @throws dev.layerfs.error.NotFoundException if there is none, or several ids begin so
   * @throws dev.layerfs.error.InUseException while it is open, or a fork of it or its parent has a part of it in common
   * @throws dev.layerfs.posix.PosixException that names an object which can't be stored in that way; then nothing has changed
   * @throws IOException if the store can't be written
   */
  boolean convert(String container) throws IOException;

  /**
   * Removes a container and what was written to it. Its image and other containers are not touched.
   *
   * @param container its id, its name, or the beginning of the id
   * @throws dev.layerfs.error.NotFoundException if there is none, or several ids begin so
   * @throws dev.layerfs.error.InUseException while it is open
   * @throws IOException if the store can't be written
   */
  void removeContainer(String container) throws IOException;

  /**
   * Closes the store, every container and every root file system that is open in it. Closing it again does nothing.
   *
   * @throws IOException if what was written can't be settled
   */
  @Override
  void close() throws IOException;
}
