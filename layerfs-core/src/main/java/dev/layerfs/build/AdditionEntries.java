package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.DataSink;
import dev.layerfs.posix.Timespec;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries of a layer of additions. Files are read when their turn comes. */
final class AdditionEntries implements LayerEntries {
  private static final int BUFFER = 128 << 10;

  private final List<Addition> additions;
  private final byte[] buffer = new byte[BUFFER];
  private Timespec latest = new Timespec(0, 0);
  private int next;

  /** Takes additions in a layer's order. */
  AdditionEntries(List<Addition> additions) {
    this.additions = additions;
  }

  @Override
  public boolean isEmpty() {
    return additions.isEmpty();
  }

  @Override
  public long total() {
    return additions.stream().mapToLong(Addition::size).sum();
  }

  @Override
  public Timespec latest() {
    return latest;
  }

  @Override
  public String subject() {
    return "new layer";
  }

  @Override
  public @Nullable ChangesetEntry next() {
    if (next == additions.size()) {
      return null;
    }
    Addition addition = additions.get(next);
    if (TimeClamp.isAfter(addition.time(), latest)) {
      latest = addition.time();
    }
    return addition.toEntry(next++);
  }

  @Override
  public void readData(DataSink sink) throws IOException {
    Addition file = additions.get(next - 1);
    long position = 0;
    try (InputStream in = file.content().open()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (n > file.size() - position) {
          throw changed(file);
        }
        sink.accept(position, buffer, 0, n);
        position += n;
      }
    }
    if (position != file.size()) {
      throw changed(file);
    }
  }

  private static IOException changed(Addition file) {
    return new IOException("changed while it was read: the source of " + file.path());
  }

  @Override
  public List<String> notes() {
    return List.of();
  }
}
