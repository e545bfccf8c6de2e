package dev.layerfs.erofs;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.function.BooleanSupplier;

/** Maps to buffers. Only the garbage collector ends such a mapping; slices and duplicates keep its buffer reachable. */
final class BufferMapper implements FileMapper<MappedByteBuffer> {
  @Override
  public MappedByteBuffer map(FileChannel host, MapMode mode, long offset, long size)
      throws IOException {
    return host.map(mode, offset, size);
  }

  @Override
  public BooleanSupplier inUse(MappedByteBuffer mapping) {
    WeakReference<MappedByteBuffer> reference = new WeakReference<>(mapping);
    return () -> reference.get() != null;
  }
}
