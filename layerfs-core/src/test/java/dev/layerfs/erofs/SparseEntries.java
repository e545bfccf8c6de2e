package dev.layerfs.erofs;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.DataSink;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A changeset of one file of which a part is a hole. */
final class SparseEntries implements LayerFile.Source {
  private final EntryList entries;
  private final byte[] content;
  private final int holeStart;
  private final int holeEnd;

  SparseEntries(String path, byte[] content, int holeStart, int holeEnd) {
    this.entries = new EntryList().file(path, 0644, content);
    this.content = content;
    this.holeStart = holeStart;
    this.holeEnd = holeEnd;
  }

  @Override
  public String subject() {
    return entries.subject();
  }

  @Override
  public List<String> notes() {
    return entries.notes();
  }

  @Override
  public @Nullable ChangesetEntry next() {
    return entries.next();
  }

  @Override
  public void readData(DataSink sink) throws IOException {
    sink.accept(0, content, 0, holeStart);
    sink.accept(holeEnd, content, holeEnd, content.length - holeEnd);
  }
}
