package dev.layerfs.store;

import dev.layerfs.oci.ChainId;
import dev.layerfs.oci.DiffId;
import dev.layerfs.oci.Digest;
import java.nio.file.Path;

/** Where everything is in a store. Only parsed types become file names; no text from outside ever does. Immutable. */
final class StorePaths {
  /** Name of the store's own directory in the layout. */
  static final String OWN = "layerfs";

  static final String LAYER_FILE = "layer.erofs";
  static final String LAYER_RECORD = "layer.json";
  static final String CONTAINER_RECORD = "container.json";

  private final Path root;
  private final Path own;
  private final Path containers; // those that are asked for with each container are made once
  private final Path staging;

  /**
   * Knows the places of a store.
   *
   * @param root the store's directory, an OCI image layout
   */
  StorePaths(Path root) {
    this.root = root;
    this.own = root.resolve(OWN);
    this.containers = own.resolve("containers");
    this.staging = own.resolve("staging");
  }

  Path root() {
    return root;
  }

  Path own() {
    return own;
  }

  Path ociLayout() {
    return root.resolve("oci-layout");
  }

  Path index() {
    return root.resolve("index.json");
  }

  /** A copy of {@link #index}, with a checksum. */
  Path indexCopy() {
    return own().resolve("images.json");
  }

  Path version() {
    return own().resolve("version.json");
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  Path blob(Digest digest) {
    return blobs().resolve(digest.algorithm()).resolve(digest.encoded());
  }

  Path layers() {
    return own().resolve("layers");
  }

  Path layer(DiffId diffId) {
    return layers().resolve(diffId.digest().encoded());
  }

  Path layerFile(DiffId diffId) {
    return layer(diffId).resolve(LAYER_FILE);
  }

  Path layerRecord(DiffId diffId) {
    return layer(diffId).resolve(LAYER_RECORD);
  }

  Path trees() {
    return own().resolve("trees");
  }

  Path tree(ChainId chainId) {
    return trees().resolve(chainId.digest().encoded() + ".erofs");
  }

  /** Recipes of blobs; there is none before the first was made. */
  Path recipes() {
    return own().resolve("recipes");
  }

  /** A recipe of a blob with a SHA-256. */
  Path recipe(Digest blob) {
    return recipes().resolve(blob.encoded());
  }

  Path containers() {
    return containers;
  }

  Path container(Id id) {
    return containers().resolve(id.toString());
  }

  Path containerRecord(Id id) {
    return container(id).resolve(CONTAINER_RECORD);
  }

  /** A note that a kernel may show the container. */
  Path mountRecord(Id container) {
    return container(container).resolve("mount.json");
  }

  /** A note that the container's mount is not complete. */
  Path mountChanging(Id container) {
    return container(container).resolve("mount-changing");
  }

  /** Where images are mounted. */
  Path mounts() {
    return own().resolve("mounts");
  }

  Path mount(ChainId chainId) {
    return mounts().resolve(chainId.digest().encoded());
  }

  /** Images as directories, for kernels that can't mount them. */
  Path extracted() {
    return own().resolve("extracted");
  }

  Path extracted(ChainId chainId) {
    return extracted().resolve(chainId.digest().encoded());
  }

  /** Where the upper of a container with limits is, if not where it always is. */
  Path limitedState(Id container) {
    return container(container).resolve("limited.json");
  }

  /** A file system of fixed size, in which the upper of a container with limits is while that is mounted. */
  Path limitedFile(Id container) {
    return container(container).resolve("limited.img");
  }

  /** Where that is mounted while something is copied into it or out of it. */
  Path limited(Id container) {
    return container(container).resolve("limited");
  }

  /** What came out of it, until it has taken its old place. */
  Path returned(Id container) {
    return container(container).resolve("returned");
  }

  /** Uppers of a container in another format, until they have taken the place of the old ones. */
  Path converted(Id container) {
    return container(container).resolve("converted");
  }

  Path uppers() {
    return own().resolve("uppers");
  }

  Path upper(Id covered) {
    return uppers().resolve(covered.toString());
  }

  Path volumes() {
    return own().resolve("volumes");
  }

  Path volume(VolumeName name) {
    return volumes().resolve(name.text());
  }

  Path volumeRecord(VolumeName name) {
    return volume(name).resolve("volume.json");
  }

  /** Where a kernel mounts the file system that a volume stands for. */
  Path volumeMount(VolumeName name) {
    return volume(name).resolve("mount");
  }

  /** What a volume's content was at some moments. */
  Path snapshots(VolumeName name) {
    return volume(name).resolve("snapshots");
  }

  Path snapshot(VolumeName name, Id snapshot) {
    return snapshots(name).resolve(snapshot.toString());
  }

  Path names() {
    return own().resolve("names");
  }

  Path name(ContainerName name) {
    return names().resolve(name.text());
  }

  Path leases() {
    return own().resolve("leases");
  }

  Path lease(Id session) {
    return leases().resolve(session.toString());
  }

  Path staging() {
    return staging;
  }

  Path staging(Id session) {
    return staging().resolve(session.toString());
  }

  Path locks() {
    return own().resolve("locks");
  }
}
