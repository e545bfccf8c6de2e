package dev.layerfs.changeset;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The content of a tar's current member: where its bytes are in the stream, and where they go in the file. */
final class TarContent {
  private final TarInput input;
  private final ArchivePlace place;
  private SparseMap map = SparseMap.EMPTY;
  private int segment;
  private long doneInSegment;
  private long left;
  private int padding;
  private @Nullable Stream stream;

  TarContent(TarInput input, ArchivePlace place) {
    this.input = input;
    this.place = place;
  }

  /**
   * Begins a member.
   *
   * @param length bytes in the stream
   * @param sparse where they go: all of them, or none
   */
  void begin(long length, SparseMap sparse) {
    map = sparse;
    segment = 0;
    doneInSegment = 0;
    left = length;
    padding = paddingOf(length);
    stream = null;
  }

  /** How many bytes fill the last block of a body. */
  static int paddingOf(long length) {
    return (int) (-length & (TarHeader.BLOCK - 1));
  }

  /** Hands out what is left. */
  void copyTo(DataSink sink) throws IOException {
    while (findSegment()) {
      int run = availableRun();
      long position = map.offset(segment) + doneInSegment;
      sink.accept(position, input.buffer(), input.start(), run);
      consume(run);
    }
  }

  /** Moves to the segment that has the next byte; false if there is none. */
  private boolean findSegment() {
    while (segment < map.segments() && doneInSegment == map.length(segment)) {
      segment++;
      doneInSegment = 0;
    }
    return segment < map.segments();
  }

  private int availableRun() throws IOException {
    int available = input.available();
    if (available == 0) {
      throw truncated();
    }
    return (int) Math.min(available, map.length(segment) - doneInSegment);
  }

  private void consume(int run) {
    input.consume(run);
    doneInSegment += run;
    left -= run;
  }

  /** Passes over what is left of the member, and its padding. */
  void end() throws IOException {
    if (!input.skip(left) || !input.skip(padding)) {
      throw truncated();
    }
    left = 0;
    padding = 0;
    map = SparseMap.EMPTY;
    stream = null;
  }

  private IOException truncated() {
    return place.malformed("archive ends within the content");
  }

  /** The content as a stream, holes as zeros; the same one each time. */
  InputStream stream() {
    Stream s = stream;
    if (s == null) {
      s = new Stream();
      stream = s;
    }
    return s;
  }

  private final class Stream extends InputStream {
    private long position;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      Objects.checkFromIndexSize(off, len, b.length);
      if (stream != this) {
        throw new IOException("the archive has moved on to another member");
      }
      if (len == 0) {
        return 0;
      }
      if (position == map.size()) {
        return -1;
      }
      long dataAt = findSegment() ? map.offset(segment) + doneInSegment : map.size();
      int run =
          dataAt > position ? readHole(b, off, len, dataAt - position) : readData(b, off, len);
      position += run;
      return run;
    }

    private int readHole(byte[] b, int off, int len, long hole) {
      int run = (int) Math.min(len, hole);
      Arrays.fill(b, off, off + run, (byte) 0);
      return run;
    }

    private int readData(byte[] b, int off, int len) throws IOException {
      int run = Math.min(len, availableRun());
      System.arraycopy(input.buffer(), input.start(), b, off, run);
      consume(run);
      return run;
    }
  }
}
