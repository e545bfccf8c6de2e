package dev.layerfs;

import java.io.IOException;
import java.util.List;

/**
 * Keeps a store in order. All methods are safe while others use the store, in any process; none keeps readers waiting.
 */
public interface Maintenance {
  /**
   * Finds out what {@link #gc} would delete if it was called now.
   *
   * @return the plan
   * @throws dev.layerfs.error.StoreCorruptException if the list of images can't be read
   * @throws IOException if the store can't be read
   */
  GcPlan planGc() throws IOException;

  /**
   * Deletes whatever no image, no container and nothing that is under way needs: what {@link #planGc} finds. It works on a
   * full disk, since it makes nothing before it has freed something.
   *
   * <p>Only those who add or remove images and names wait for it, while it reads the list of images and the containers'
   * records and renames what can go; documents are read before that, and files deleted after.
   *
   * @return what was deleted
   * @throws dev.layerfs.error.StoreCorruptException if the list of images can't be read; nothing was deleted
   * @throws IOException if the store can't be written
   */
  GcPlan gc() throws IOException;

  /**
   * Finds out which blobs {@link #discardBlobs} would delete if it was called now. It takes as long as that does.
   *
   * @return what could be discarded, and what not
   * @throws IOException if the store can't be read, or there is no space to try
   */
  DiscardReport planDiscard() throws IOException;

  /**
   * Deletes compressed layers whose bytes can be made again of their layer files. Each gets a recipe first, which has made the
   * blob, byte for byte, before the blob goes. Whoever needs the blob later, a push, a save or an artifact, has it made again, and
   * then it stays until this is called again. What can't be made again stays, and so does what is just being read.
   *
   * <p>A recipe needs the compressor that made it: the JDK's zlib, or the zstd of this library. With others that make other bytes
   * the blobs have to be pulled again; a full check tells.
   *
   * @return what was discarded, and what stays
   * @throws IOException if the store can't be read or written. What was discarded before is; nothing is lost
   * @throws java.io.InterruptedIOException if this thread is interrupted; its interrupt status is then set
   */
  DiscardReport discardBlobs() throws IOException;

  /**
   * Says why something is kept, and what would be freed without it.
   *
   * @param object a container's id or name, or the beginning of the id; an image's name; a volume's name; or the digest of an
   *     image, blob, layer (its diff id) or image tree (its chain id), or the beginning of one that no other begins with
   * @return an explanation for each object that it stands for; several if, for example, a layer was stored as it is, so that
   *     its digest and its diff id are the same, or a volume and an image have the same name
   * @throws dev.layerfs.error.NotFoundException if it stands for nothing
   * @throws IOException if the store can't be read
   */
  List<Explanation> explain(String object) throws IOException;

  /**
   * Adds up what the store takes on disk, and which image or container has what to itself.
   *
   * @return the figures now
   * @throws IOException if the store can't be read
   */
  StoreSpace space() throws IOException;

  /**
   * Counts what the store holds; {@link #space} says more, and takes longer.
   *
   * @return the figures now
   * @throws IOException if the store can't be read
   */
  StoreUsage usage() throws IOException;

  /**
   * Looks at everything in the store: the list of images, documents, blobs, layer files, image trees, records, names, covered
   * uppers, recipes, leases; at level {@link CheckOptions.Level#FULL} every byte that layerfs has written. Content that was written to
   * containers has no checksum; of that only the structure is checked.
   *
   * <p>A repair makes each object anew beside the old one and then puts it into its place, so that a crash leaves one of the
   * two, and whoever uses the old one keeps it until it is opened again.
   *
   * @param options how thoroughly, and whether to repair
   * @return what was found
   * @throws IOException if the store can't be read, or a repair's source can't be opened
   */
  CheckReport check(CheckOptions options) throws IOException;
}
