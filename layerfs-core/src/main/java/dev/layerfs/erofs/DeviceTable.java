package dev.layerfs.erofs;

import static dev.layerfs.erofs.ErofsFormat.DEVICE_TAG_SIZE;
import static dev.layerfs.erofs.ErofsFormat.DEVT_SLOT_SIZE;

import dev.layerfs.error.StoreCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The extra devices of an image: an array of 128-byte slots behind the superblock, of which the first 64 are a tag and
 * the next 4 the device's length in blocks. Thread-safe.
 */
final class DeviceTable {
  private final String image;
  private final List<Path> paths;
  private final List<String> tags;
  private final long blocks;
  private final AtomicReferenceArray<@Nullable ImageFile> files;
  private volatile boolean closed;

  private DeviceTable(String image, List<Path> paths, List<String> tags, long blocks) {
    this.image = image;
    this.paths = paths;
    this.tags = tags;
    this.blocks = blocks;
    this.files = new AtomicReferenceArray<>(paths.size());
  }

  static DeviceTable read(ImageFile image, Superblock superblock, List<Path> paths)
      throws IOException {
    int count = superblock.devices();
    if (paths.size() != count) {
      throw new StoreCorruptException(
          image.name(),
          "refers to " + count + " layer files, of which " + paths.size() + " are there");
    }
    ByteBuffer slots = ByteBuffer.allocate(count * DEVT_SLOT_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    image.read(superblock.deviceTable(), slots, slots.capacity());
    List<String> tags = new ArrayList<>(count);
    long blocks = 0;
    for (int i = 0; i < count; i++) {
      tags.add(tag(slots.array(), i * DEVT_SLOT_SIZE));
      blocks += slots.getInt(i * DEVT_SLOT_SIZE + DEVICE_TAG_SIZE) & 0xFFFF_FFFFL;
    }
    return new DeviceTable(image.name(), List.copyOf(paths), List.copyOf(tags), blocks);
  }

  private static String tag(byte[] slots, int offset) {
    int end = offset;
    while (end < offset + DEVICE_TAG_SIZE && slots[end] != 0) {
      end++;
    }
    return new String(slots, offset, end - offset, StandardCharsets.ISO_8859_1);
  }

  /** Returns a table of the given devices as bytes. */
  static byte[] encode(List<ErofsImage> devices, List<String> tags) {
    ByteBuffer slots =
        ByteBuffer.allocate(devices.size() * DEVT_SLOT_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < devices.size(); i++) {
      byte[] tag = tags.get(i).getBytes(StandardCharsets.US_ASCII);
      if (tag.length == 0 || tag.length > DEVICE_TAG_SIZE) {
        throw new IllegalArgumentException("a device tag has 1 to 64 characters");
      }
      slots.put(i * DEVT_SLOT_SIZE, tag);
      slots.putInt(i * DEVT_SLOT_SIZE + DEVICE_TAG_SIZE, (int) devices.get(i).blocks());
    }
    return slots.array();
  }

  /**
   * Returns a device, opened if it was not yet.
   *
   * @throws ClosedChannelException if it was not, and this is closed
   */
  ImageFile file(int index) throws IOException {
    Path path = path(index);
    ImageFile file = files.get(index);
    if (file == null) {
      // Two threads may both map it; one mapping is then left to the garbage collector.
      file = ImageFile.open(path);
      files.set(index, file);
      if (closed) { // perhaps before it was set: then it is still there
        close();
        throw new ClosedChannelException();
      }
    }
    return file;
  }

  /** Returns the path of a device. */
  Path path(int index) throws StoreCorruptException {
    if (index >= paths.size()) {
      throw new StoreCorruptException(image, "damaged: content on a device that it doesn't have");
    }
    return paths.get(index);
  }

  /** Lets go of the devices; no other is opened. */
  void close() {
    closed = true;
    for (int i = 0; i < files.length(); i++) {
      ImageFile file = files.getAndSet(i, null);
      if (file != null) {
        file.close();
      }
    }
  }

  List<String> tags() {
    return tags;
  }

  long blocks() {
    return blocks;
  }
}
