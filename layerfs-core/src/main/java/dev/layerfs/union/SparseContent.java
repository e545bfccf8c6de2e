package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The content of a file of the upper that was copied up without it: chunks that were written to since are in the file, all
 * others in the image. A chunk that is written to in part is copied first, as a whole. The file is never shorter than what
 * it was in the image; who makes it so {@linkplain #fill fills} it before.
 *
 * <p>Safe for use by several threads. Who reads takes no lock: the image does not change, and a chunk becomes own after it was
 * written.
 */
final class SparseContent {
  private final Lower lower;
  private final long nid;
  private final long size;
  private final OwnChunks own;
  private final ReentrantLock changes = new ReentrantLock();

  SparseContent(Lower lower, SparseMark mark, OwnChunks own) {
    this.lower = lower;
    this.nid = mark.nid();
    this.size = mark.size();
    this.own = own;
  }

  /** Returns the size that the content has in the image. */
  long size() {
    return size;
  }

  /** Fills a buffer as far as the file reaches; returns the number of bytes, -1 if there are none. */
  int read(FileChannel file, ByteBuffer target, long position) throws IOException {
    int limit = target.limit();
    int total = 0;
    try {
      while (target.hasRemaining()) {
        long at = position + total;
        int first = own.at(at);
        boolean isOwn = own.has(first);
        int end = own.at(at + target.remaining() - 1) + 1;
        int next =
            own.next(first + 1, end, !isOwn); // what has become own meanwhile is read as it was
        long left = next > own.count() ? Long.MAX_VALUE : own.end(next - 1) - at;
        target.limit((int) Math.min(limit, target.position() + Math.min(left, limit)));
        int n = isOwn ? ChannelIo.read(file, target, at) : lower.read(nid, at, target);
        target.limit(limit);
        if (n <= 0) {
          return total == 0 ? -1 : total;
        }
        total += n;
      }
      return total;
    } finally {
      target.limit(limit);
    }
  }

  /** Writes all of a buffer. */
  void write(FileChannel file, ByteBuffer source, long position, Object subject)
      throws IOException {
    long end = ChannelIo.requireRoom(source, position, subject);
    int first = Math.min(own.at(position), own.count() - 1); // of a file that grows, the last one
    int last = Math.min(own.at(end - 1), own.count() - 1);
    if (own.next(first, last + 1, false) > last) {
      ChannelIo.write(file, source, position, subject);
    } else {
      changes.lock();
      try {
        writeChunks(file, source, position, first, last, subject);
      } finally {
        changes.unlock();
      }
    }
  }

  private void writeChunks(
      FileChannel file, ByteBuffer source, long position, int first, int last, Object subject)
      throws IOException {
    long end = position + source.remaining();
    if (position > own.start(first)) {
      copy(file, first);
    }
    if (end < own.end(last) || position > own.start(last)) {
      copy(file, last);
    }
    int before = source.position();
    try {
      ChannelIo.write(file, source, position, subject);
    } finally { // perhaps not all
      long written = position + source.position() - before;
      int whole = own.at(written);
      own.add(own.next(first, last + 1, false), Math.min(whole, last + 1));
    }
  }

  /** The file is about to be extended: what its last chunk gets after its end is not the image's. */
  void grow(FileChannel file) throws IOException {
    changes.lock();
    try {
      copy(file, own.count() - 1);
    } finally {
      changes.unlock();
    }
  }

  private void copy(FileChannel file, int index) throws IOException {
    if (!own.has(index)) {
      ByteBuffer content = content(index);
      ChannelIo.write(file, content, own.start(index), "a copy of a part");
      own.add(index, index + 1);
    }
  }

  private ByteBuffer content(int index) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) (own.end(index) - own.start(index)));
    while (content.hasRemaining()) {
      if (lower.read(nid, own.start(index) + content.position(), content) <= 0) {
        throw new IOException("content of the image ends before its size");
      }
    }
    return content.flip();
  }

  /**
   * Copies what is not own. Nobody changes the file meanwhile; once it is durable it can do without this object. What is
   * nothing but zeros stays a hole.
   *
   * @param limit what is after it, in bytes, need not be copied
   */
  void fill(FileChannel file, long limit) throws IOException {
    int index = own.next(0, own.count(), false);
    while (index < own.count() && own.start(index) < limit) {
      ByteBuffer content = content(index);
      if (!isZero(content) || !isZero(stored(file, index))) {
        ChannelIo.write(file, content, own.start(index), "a copy");
      }
      index = own.next(index + 1, own.count(), false);
    }
  }

  /** What a failed write has left in a chunk that did not become own. */
  private ByteBuffer stored(FileChannel file, int index) throws IOException {
    ByteBuffer stored = ByteBuffer.allocate((int) (own.end(index) - own.start(index)));
    ChannelIo.read(file, stored, own.start(index));
    return stored.flip();
  }

  private static boolean isZero(ByteBuffer bytes) {
    return Holes.isZero(bytes, bytes.position(), bytes.limit());
  }

  /** Makes durable what is own, after the file itself. */
  void sync() throws PosixException {
    own.sync();
  }

  /** The file is no more, or does not need this any more. */
  void drop() throws PosixException {
    own.drop();
  }
}
