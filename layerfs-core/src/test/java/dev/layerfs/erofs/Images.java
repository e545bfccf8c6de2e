package dev.layerfs.erofs;

import dev.layerfs.posix.DirectoryEntry;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** Writes layer files and image trees into a directory, and tells what is in them. */
final class Images {
  private final Path directory;

  Images(Path directory) {
    this.directory = directory;
  }

  /** Writes a layer file and returns its path. */
  Path layer(String name, EntryList entries) throws IOException {
    Path file = directory.resolve(name + ".erofs");
    write(file, entries);
    return file;
  }

  static LayerFile.Summary write(Path file, LayerFile.Source entries) throws IOException {
    try (FileChannel out = create(file)) {
      return LayerFile.write(entries, out, () -> uuid(1));
    }
  }

  static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  static byte[] uuid(int seed) {
    byte[] uuid = new byte[16];
    for (int i = 0; i < 16; i++) {
      uuid[i] = (byte) (seed + i);
    }
    return uuid;
  }

  /** Writes the image tree of layer files and returns its path. */
  Path tree(String name, List<Path> layers) throws IOException {
    Path file = directory.resolve(name + ".erofs");
    List<ErofsImage> images = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    for (Path layer : layers) {
      images.add(ErofsImage.open(layer, List.of()));
      tags.add("tag-of-" + layer.getFileName());
    }
    try (FileChannel out = create(file)) {
      ImageTree.write(images, tags, uuid(2), out);
    }
    return file;
  }

  /** Writes layers and their tree, opens the tree and describes it. */
  SortedMap<String, String> merge(EntryList... layers) throws IOException {
    List<Path> files = new ArrayList<>();
    for (EntryList layer : layers) {
      files.add(layer("layer" + System.identityHashCode(layer), layer));
    }
    Path tree = tree("tree" + System.identityHashCode(layers), files);
    try (ErofsImage image = ErofsImage.open(tree, files)) {
      return describe(image);
    }
  }

  /**
   * Returns every path of an image with all that can be seen of it, on one line: type, mode, owner, size, links and which
   * path is the first name of the inode, mtime, device, content's checksum or target, attributes.
   */
  static SortedMap<String, String> describe(ErofsImage image) throws IOException {
    SortedMap<String, Long> paths = new TreeMap<>();
    collect(image, image.root(), "", paths);
    Map<Long, String> first = new HashMap<>();
    SortedMap<String, String> described = new TreeMap<>();
    for (Map.Entry<String, Long> path : paths.entrySet()) {
      long nid = path.getValue();
      String firstName = first.computeIfAbsent(nid, n -> path.getKey());
      String name = HexFormat.of().formatHex(Name.encode(firstName));
      described.put(path.getKey(), describe(image, nid) + " =" + name);
    }
    return described;
  }

  private static void collect(
      ErofsImage image, long directory, String path, SortedMap<String, Long> paths)
      throws IOException {
    paths.put(path.isEmpty() ? "/" : path, directory);
    for (DirectoryEntry entry : image.list(directory)) {
      String child = path + "/" + entry.name();
      if (image.lookup(directory, entry.name()).nid() != entry.inode()
          || image.type(entry.inode()) != entry.type()) {
        throw new IllegalStateException("listing and lookup differ: " + child);
      }
      if (entry.type() == FileType.DIRECTORY) {
        collect(image, entry.inode(), child, paths);
      } else {
        paths.put(child, entry.inode());
      }
    }
  }

  private static String describe(ErofsImage image, long nid) throws IOException {
    Stat stat = image.stat(nid);
    StringBuilder line = new StringBuilder();
    line.append(String.format(
        "%s %04o %d:%d links=%d mtime=%d.%09d",
        stat.type(),
        stat.mode(),
        stat.uid(),
        stat.gid(),
        stat.links(),
        stat.mtimeSeconds(),
        stat.mtimeNanos()));
    switch (stat.type()) {
      case REGULAR -> line.append(" ").append(content(image, nid));
      case SYMLINK -> line.append(" -> ").append(HexFormat.of().formatHex(image.readLink(nid)));
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
        line.append(" ").append(stat.rdevMajor()).append(":").append(stat.rdevMinor());
      default -> {}
    }
    for (Name xattr : image.xattrs(nid)) {
      line.append(" ").append(xattr).append("=");
      line.append(HexFormat.of().formatHex(image.xattr(nid, xattr)));
    }
    return line.toString();
  }

  /** Length and checksum of content. */
  static String content(ErofsImage image, long nid) throws IOException {
    CRC32 crc = new CRC32();
    ByteBuffer buffer = ByteBuffer.allocate(10_000);
    long position = 0;
    for (int n = image.read(nid, 0, buffer); n >= 0; n = image.read(nid, position, buffer)) {
      crc.update(buffer.array(), 0, n);
      position += n;
      buffer.clear();
    }
    return position + "/" + Long.toHexString(crc.getValue());
  }

  static String content(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return bytes.length + "/" + Long.toHexString(crc.getValue());
  }

  /** Finds a path of names, without following links. */
  static long find(ErofsImage image, String path) throws IOException {
    long nid = image.root();
    for (Name name : PathWalk.split(Name.encode(path))) {
      nid = image.lookup(nid, name).nid();
      if (nid < 0) {
        return -1;
      }
    }
    return nid;
  }

  static byte[] bytes(Path file) throws IOException {
    return Files.readAllBytes(file);
  }
}
