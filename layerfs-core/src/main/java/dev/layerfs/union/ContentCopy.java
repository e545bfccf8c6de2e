package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import dev.layerfs.spi.HostFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Copies content by the cheapest means that a host has: it shares blocks, or else what is not zero is copied. */
final class ContentCopy {
  /** Smaller files are copied faster than a host can be asked. */
  static final long LARGE = 4 * Holes.BLOCK;

  private final HostFiles host;

  ContentCopy(HostFiles host) {
    this.host = host;
  }

  /** Fills an empty file with what is beneath the upper. */
  void copy(Lower lower, long nid, long size, Path target) throws PosixException {
    if (size >= LARGE && share(lower.range(nid), size, target)) {
      return;
    }
    try (FileChannel channel = host.open(target, true)) {
      copy(lower, nid, size, channel);
    } catch (IOException e) {
      throw HostErrors.of(e, target);
    }
  }

  /** Fills an empty file, which is open, with what is beneath the upper. */
  static void copy(Lower lower, long nid, long size, FileChannel target) throws IOException {
    try (LowerContent source = new LowerContent(lower, nid)) {
      SparseCopy.copy(source::read, size, target);
    }
  }

  /** Fills an empty file with one of another upper. */
  void copy(HostFiles from, Path source, long size, Path target) throws PosixException {
    if (size >= LARGE && share(new FileRange(from.content(source), 0, size), size, target)) {
      return;
    }
    try (FileChannel in = from.open(source, false);
        FileChannel out = host.open(target, true)) {
      SparseCopy.copy(in::read, size, out);
    } catch (IOException e) {
      throw HostErrors.of(e, target);
    }
  }

  private boolean share(@Nullable FileRange range, long size, Path target) throws PosixException {
    return range != null
        && range.length() == size
        && host.copyRange(target, range.file(), range.offset(), size);
  }
}
