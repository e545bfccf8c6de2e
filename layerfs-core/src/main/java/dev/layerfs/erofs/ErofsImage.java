package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.*;

import dev.layerfs.error.StoreCorruptException;
import dev.layerfs.error.UnsupportedImageException;
import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Stat;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A mounted EROFS file: a layer file, or an image tree with the layer files it refers to. Inodes are named by their nid,
 * which is also their inode number, here as in Linux. Uncompressed images of other makers can be read too.
 *
 * <p>The file is trusted no more than any file on a disk: whatever address in it is wrong ends in a
 * {@link StoreCorruptException}. All methods may throw that, and the {@link IOException}s of the host. Thread-safe.
 */
public final class ErofsImage implements Closeable {
  /** Longer targets than any Linux file system has are a sign of damage. */
  private static final int MAX_TARGET = 4096;

  private final ImageFile file;
  private final Superblock superblock;
  private final Windows metadata;
  private final InodeTable inodes;
  private final DirectoryReader directories;
  private final XattrReader xattrs;
  private final DeviceTable devices;
  private final EntryCache entries;

  private ErofsImage(ImageFile file, Superblock superblock, List<Path> devices) throws IOException {
    this.file = file;
    this.superblock = superblock;
    long xattrOffset = superblock.xattrBlock() == 0
        ? superblock.metaOffset()
        : superblock.xattrBlock() << superblock.blockBits();
    metadata = file.windows(Math.min(superblock.metaOffset(), xattrOffset));
    inodes = new InodeTable(metadata, superblock);
    directories = new DirectoryReader(metadata, inodes, superblock.blockSize());
    xattrs = new XattrReader(metadata, inodes, superblock);
    this.devices = DeviceTable.read(file, superblock, devices);
    entries = new EntryCache(superblock.inodes());
  }

  /**
   * Opens an image. Its devices are only opened when content of theirs is read.
   *
   * @param file the layer file or image tree
   * @param devices the files that an image tree's content is in, in the order of its device table; empty for a layer file
   * @return the open image
   * @throws StoreCorruptException if the file is not a whole EROFS file, or has another number of devices
   * @throws UnsupportedImageException if it uses features of EROFS that are not supported
   * @throws IOException if it can't be read
   */
  public static ErofsImage open(Path file, List<Path> devices) throws IOException {
    ImageFile image = ImageFile.open(file);
    Superblock superblock = Superblock.decode(image.head(Superblock.HEAD_SIZE), image.name());
    if (superblock.blocks() << superblock.blockBits() > image.size()) {
      throw new StoreCorruptException(image.name(), "damaged: shorter than its superblock says");
    }
    ErofsImage opened = new ErofsImage(image, superblock, devices);
    if (opened.type(opened.root()) != FileType.DIRECTORY) {
      throw new StoreCorruptException(image.name(), "damaged: the root is not a directory");
    }
    return opened;
  }

  /**
   * Returns the root directory.
   *
   * @return its nid
   */
  public long root() {
    return superblock.rootNid();
  }

  /**
   * Finds a name in a directory.
   *
   * @param directory nid of a directory
   * @param name the name; {@code .} and {@code ..} are found too
   * @return what has that name; its nid is -1 if nothing has
   * @throws PosixException {@link Errno#ENOTDIR} if the inode is not a directory
   * @throws IOException if the image is damaged or can't be read
   */
  public ImageEntry lookup(long directory, Name name) throws IOException {
    ImageEntry known = entries.get(directory, name);
    if (known != null) {
      return known;
    }
    long nid = directories.lookup(directory(directory), name);
    ImageEntry found = new ImageEntry(directory, name, nid, nid < 0 ? null : type(nid));
    entries.put(found);
    return found;
  }

  /**
   * Lists a directory.
   *
   * @param directory nid of a directory
   * @return its entries in the order of the names' bytes, without {@code .} and {@code ..}; a new list
   * @throws PosixException {@link Errno#ENOTDIR} if the inode is not a directory
   * @throws IOException if the image is damaged or can't be read
   */
  public List<DirectoryEntry> list(long directory) throws IOException {
    return directories.list(directory(directory));
  }

  private long directory(long nid) throws IOException {
    long inode = inodes.locate(nid);
    if (inodes.type(inode) != FileType.DIRECTORY) {
      throw new PosixException(Errno.ENOTDIR, file.name());
    }
    return inode;
  }

  /**
   * Returns an inode's type.
   *
   * @param nid an inode
   * @return the type
   * @throws IOException if the image is damaged
   */
  public FileType type(long nid) throws IOException {
    return inodes.type(inodes.locate(nid));
  }

  /**
   * Returns an inode's attributes. EROFS keeps one time: access and status change time are the modification time.
   *
   * @param nid an inode
   * @return the attributes
   * @throws IOException if the image is damaged
   */
  public Stat stat(long nid) throws IOException {
    long inode = inodes.locate(nid);
    FileType type = inodes.type(inode);
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    int rdev = device ? inodes.locator(inode) : 0;
    long size = inodes.size(inode);
    long seconds = inodes.mtimeSeconds(inode);
    int nanos = inodes.mtimeNanos(inode);
    return new Stat(
        type,
        inodes.mode(inode) & 07777,
        inodes.uid(inode),
        inodes.gid(inode),
        size,
        inodes.links(inode),
        nid,
        major(rdev),
        minor(rdev),
        unitsOf(size, 512),
        seconds,
        nanos,
        seconds,
        nanos,
        seconds,
        nanos);
  }

  /**
   * Returns the length of an inode's data.
   *
   * @param nid an inode
   * @return its length in bytes
   * @throws IOException if the image is damaged
   */
  public long size(long nid) throws IOException {
    return inodes.size(inodes.locate(nid));
  }

  /**
   * Returns where a symbolic link points.
   *
   * @param nid a symbolic link
   * @return its target; a new array
   * @throws PosixException {@link Errno#EINVAL} if the inode is not a symbolic link
   * @throws IOException if the image is damaged
   */
  public byte[] readLink(long nid) throws IOException {
    long inode = inodes.locate(nid);
    if (inodes.type(inode) != FileType.SYMLINK) {
      throw new PosixException(Errno.EINVAL, file.name());
    }
    long size = inodes.size(inode);
    if (size > MAX_TARGET || inodes.dataLayout(inode) == INODE_CHUNK_BASED) {
      throw metadata.corrupt("a symbolic link of impossible shape");
    }
    return size == 0 ? new byte[0] : metadata.bytes(inodes.flatOffset(inode, 0), (int) size);
  }

  /**
   * Reads content of a regular file.
   *
   * @param nid a regular file
   * @param position offset of the first byte to read, not negative
   * @param target takes the bytes; filled as far as the file reaches
   * @return number of bytes read, -1 at or after the file's end
   * @throws PosixException {@link Errno#EISDIR} or {@link Errno#EINVAL} if the inode is not a regular file
   * @throws ClosedChannelException if the image is closed
   * @throws IOException if the image or the device is damaged, missing or can't be read
   */
  public int read(long nid, long position, ByteBuffer target) throws IOException {
    if (position < 0) {
      throw new IllegalArgumentException("negative position");
    }
    long inode = regular(nid);
    long size = inodes.size(inode);
    if (position >= size) {
      return -1;
    }
    int total = (int) Math.min(target.remaining(), size - position);
    int done = 0;
    while (done < total) {
      done += readRun(inode, position + done, target, total - done);
    }
    return total;
  }

  private long regular(long nid) throws IOException {
    long inode = inodes.locate(nid);
    FileType type = inodes.type(inode);
    if (type != FileType.REGULAR) {
      throw new PosixException(
          type == FileType.DIRECTORY ? Errno.EISDIR : Errno.EINVAL, file.name());
    }
    return inode;
  }

  /** Reads bytes that lie in one piece; returns how many. */
  private int readRun(long inode, long position, ByteBuffer target, int length) throws IOException {
    if (inodes.dataLayout(inode) != INODE_CHUNK_BASED) {
      long blockBytes = inodes.blockBytes(inode);
      int n = position < blockBytes ? (int) Math.min(length, blockBytes - position) : length;
      file.read(inodes.flatOffset(inode, position), target, n);
      return n;
    }
    int bits = inodes.chunkBits(inode);
    long chunk = position >>> bits;
    long within = position - (chunk << bits);
    int n = (int) Math.min(length, (1L << bits) - within);
    long block = inodes.chunkBlock(inode, chunk);
    if (block == NULL_ADDR) {
      target.put(new byte[n]);
    } else {
      device(inodes.chunkDevice(inode, chunk))
          .read((block << superblock.blockBits()) + within, target, n);
    }
    return n;
  }

  private ImageFile device(int id) throws IOException {
    return id == 0 ? file : devices.file(id - 1);
  }

  /**
   * Returns the value of an extended attribute.
   *
   * @param nid an inode
   * @param name the attribute's full name
   * @return the value, a new array; null if the inode has no such attribute
   * @throws IOException if the image is damaged
   */
  public byte @Nullable [] xattr(long nid, Name name) throws IOException {
    return xattrs.value(inodes.locate(nid), name);
  }

  /**
   * Returns the names of an inode's extended attributes.
   *
   * @param nid an inode
   * @return full names in the order of their bytes; a new list
   * @throws IOException if the image is damaged
   */
  public List<Name> xattrs(long nid) throws IOException {
    return new ArrayList<>(allXattrs(nid).keySet());
  }

  SortedMap<Name, byte[]> allXattrs(long nid) throws IOException {
    return xattrs.all(inodes.locate(nid));
  }

  int links(long nid) throws IOException {
    return inodes.links(inodes.locate(nid));
  }

  boolean hasXattrs(long nid) throws IOException {
    return inodes.xattrSize(inodes.locate(nid)) > 0;
  }

  /**
   * Where a regular file's content lies, in one piece, beginning on a block boundary.
   *
   * @param device index of the extra device, -1 for the image's own file
   * @param offset offset in that file, in bytes
   * @param length bytes of content
   */
  public record Extent(int device, long offset, long length) {}

  /**
   * Returns where a regular file's content lies, for hosts that can share blocks between files.
   *
   * @param nid a regular file
   * @return its content's place
   * @throws UnsupportedImageException if the content is not in one piece, which no file written here is
   * @throws IOException if the image is damaged
   */
  public Extent extent(long nid) throws IOException {
    long inode = regular(nid);
    long size = inodes.size(inode);
    if (size == 0) {
      return new Extent(-1, 0, 0);
    }
    if (inodes.dataLayout(inode) != INODE_CHUNK_BASED) {
      if (inodes.blockBytes(inode) != size) {
        throw new UnsupportedImageException(file.name(), "a file with inline data");
      }
      return inFile(inodes.flatOffset(inode, 0), size);
    }
    long block = inodes.chunkBlock(inode, 0);
    if (size > 1L << inodes.chunkBits(inode) || block == NULL_ADDR) {
      throw new UnsupportedImageException(file.name(), "a file in several pieces");
    }
    int device = inodes.chunkDevice(inode, 0) - 1;
    long offset = block << superblock.blockBits();
    return device < 0 ? inFile(offset, size) : new Extent(device, offset, size);
  }

  /**
   * Returns the file that content lies in.
   *
   * @param extent what {@link #extent} returned
   * @return the image's own file, or that of a device
   * @throws StoreCorruptException if the image has no such device
   */
  public Path file(Extent extent) throws StoreCorruptException {
    return extent.device() < 0 ? file.path() : devices.path(extent.device());
  }

  /**
   * Maps content of a regular file into memory, read-only. The mapping outlives the image.
   *
   * @param <T> what stands for the mapped bytes
   * @param nid a regular file
   * @param position offset of the first byte, not negative
   * @param size bytes to map, not negative
   * @param mapper the kind of mapping
   * @return the mapped bytes
   * @throws IllegalArgumentException if the bytes are not within the file
   * @throws UnsupportedOperationException if the host has no such mappings, or the content is not in one piece
   * @throws IOException if the image or the device is damaged, missing or can't be read
   */
  public <T> T map(long nid, long position, long size, FileMapper<T> mapper) throws IOException {
    Extent extent = mappable(nid);
    if (position < 0 || size < 0 || position > extent.length() - size) {
      throw new IllegalArgumentException("outside the file");
    }
    return device(extent.device() + 1).map(extent.offset() + position, size, mapper);
  }

  private Extent mappable(long nid) throws IOException {
    try {
      return extent(nid);
    } catch (UnsupportedImageException e) {
      throw new UnsupportedOperationException(e.getMessage(), e);
    }
  }

  private Extent inFile(long offset, long length) throws StoreCorruptException {
    if (length > file.size() - offset) {
      throw metadata.corrupt("content outside the file");
    }
    return new Extent(-1, offset, length);
  }

  /**
   * Returns the size of the image with all its devices.
   *
   * @return bytes, as the image's own records say
   */
  public long totalBytes() {
    return superblock.blocks() + devices.blocks() << superblock.blockBits();
  }

  /**
   * Returns the number of inodes.
   *
   * @return the number, as the superblock says
   */
  public long inodes() {
    return superblock.inodes();
  }

  /**
   * Returns the image's identifier.
   *
   * @return 16 bytes; a new array
   */
  public byte[] uuid() {
    return superblock.uuid().clone();
  }

  /**
   * Returns the tags of the devices, in the order of the device table.
   *
   * @return what {@link ImageTree#write} was given; empty for a layer file
   */
  public List<String> deviceTags() {
    return devices.tags();
  }

  String name() {
    return file.name();
  }

  /**
   * Says whether something was read of this file, and not of its devices, that no image has.
   *
   * @return whether the file is known to be damaged; only what was read was looked at
   */
  public boolean isDamaged() {
    return metadata.isDamaged();
  }

  long blocks() {
    return superblock.blocks();
  }

  /** Returns a bound on the number of directory entries: a tree with more has a loop. */
  long maxEntries() {
    return metadata.size() / DIRENT_SIZE;
  }

  StoreCorruptException corrupt(String problem) {
    return metadata.corrupt(problem);
  }

  /**
   * Ends the use of the image. Its files are unmapped when the garbage collector finds that out, even if this is still
   * referred to. What is read from then on fails with {@link ClosedChannelException}; what is being read may, too.
   */
  @Override
  public void close() {
    metadata.close();
    file.close();
    devices.close();
  }
}
