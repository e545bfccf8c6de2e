package dev.layerfs.build;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.DataSink;
import dev.layerfs.erofs.LayerFile;
import dev.layerfs.store.Interruption;
import dev.layerfs.store.Progress;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells how much of the entries' content was read, and ends when the thread that reads them is interrupted. */
final class WatchedEntries implements LayerFile.Source {
  private final LayerFile.Source entries;
  private final Progress progress;
  private @Nullable ChangesetEntry current;

  WatchedEntries(LayerFile.Source entries, Progress progress) {
    this.entries = entries;
    this.progress = progress;
  }

  @Override
  public String subject() {
    return entries.subject();
  }

  @Override
  public @Nullable ChangesetEntry next() throws IOException {
    Interruption.check(subject());
    current = entries.next();
    return current;
  }

  /** Holes, which are left out, count as well. */
  @Override
  public void readData(DataSink sink) throws IOException {
    if (current == null) {
      return;
    }
    String what = subject();
    long[] end = {0};
    entries.readData((position, buffer, offset, length) -> {
      Interruption.check(what);
      sink.accept(position, buffer, offset, length);
      progress.advance(what, position + length - end[0]);
      end[0] = position + length;
    });
    progress.advance(what, current.size() - end[0]);
  }

  @Override
  public List<String> notes() {
    return entries.notes();
  }
}
