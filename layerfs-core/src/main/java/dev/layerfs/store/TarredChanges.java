package dev.layerfs.store;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetWriter;
import dev.layerfs.changeset.DataSink;
import dev.layerfs.erofs.LayerFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes that are written to a tar as somebody reads them. */
final class TarredChanges implements LayerFile.Source {
  private final LayerFile.Source changes;
  private final ChangesetWriter tar;
  private final End end;

  /** Is told that the tar is complete. */
  @FunctionalInterface
  interface End {
    void reached() throws IOException;
  }

  TarredChanges(LayerFile.Source changes, ChangesetWriter tar, End end) {
    this.changes = changes;
    this.tar = tar;
    this.end = end;
  }

  @Override
  public String subject() {
    return changes.subject();
  }

  @Override
  public @Nullable ChangesetEntry next() throws IOException {
    ChangesetEntry entry = changes.next();
    if (entry == null) {
      tar.finish();
      end.reached();
    } else {
      tar.add(entry);
    }
    return entry;
  }

  @Override
  public void readData(DataSink sink) throws IOException {
    changes.readData((position, buffer, offset, length) -> {
      tar.content(position, buffer, offset, length);
      sink.accept(position, buffer, offset, length);
    });
  }

  @Override
  public List<String> notes() {
    return changes.notes();
  }
}
