package dev.layerfs.erofs;

import dev.layerfs.changeset.ChangesetEntry;
import dev.layerfs.changeset.ChangesetEntry.Kind;
import dev.layerfs.changeset.DataSink;
import dev.layerfs.posix.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A changeset written down in a test: one method for each kind of entry, attributes for those that follow. */
final class EntryList implements LayerFile.Source {
  private static final byte[] NOTHING = {};

  private final List<ChangesetEntry> entries = new ArrayList<>();
  private final List<byte[]> contents = new ArrayList<>();
  private SortedMap<Name, byte[]> xattrs = new TreeMap<>();
  private long uid;
  private long gid;
  private long mtimeSeconds;
  private int mtimeNanos;
  private int next;

  EntryList owner(long newUid, long newGid) {
    uid = newUid;
    gid = newGid;
    return this;
  }

  EntryList mtime(long seconds, int nanos) {
    mtimeSeconds = seconds;
    mtimeNanos = nanos;
    return this;
  }

  /** Gives the next entry an extended attribute. */
  EntryList xattr(String name, byte[] value) {
    xattrs.put(Name.of(name), value);
    return this;
  }

  EntryList xattr(String name, String value) {
    return xattr(name, value.getBytes(StandardCharsets.UTF_8));
  }

  EntryList directory(String path, int mode) {
    return add(Kind.DIRECTORY, path, mode, NOTHING, "", "", 0, 0);
  }

  EntryList file(String path, int mode, byte[] content) {
    return add(Kind.FILE, path, mode, content, "", "", 0, 0);
  }

  EntryList file(String path, String content) {
    return file(path, 0644, content.getBytes(StandardCharsets.UTF_8));
  }

  EntryList symlink(String path, String target) {
    return add(Kind.SYMLINK, path, 0777, NOTHING, target, "", 0, 0);
  }

  EntryList hardLink(String path, String target) {
    return add(Kind.HARD_LINK, path, 0, NOTHING, "", target, 0, 0);
  }

  EntryList fifo(String path) {
    return add(Kind.FIFO, path, 0600, NOTHING, "", "", 0, 0);
  }

  EntryList characterDevice(String path, int major, int minor) {
    return add(Kind.CHARACTER_DEVICE, path, 0660, NOTHING, "", "", major, minor);
  }

  EntryList blockDevice(String path, int major, int minor) {
    return add(Kind.BLOCK_DEVICE, path, 0660, NOTHING, "", "", major, minor);
  }

  EntryList whiteout(String path) {
    return add(Kind.WHITEOUT, path, 0, NOTHING, "", "", 0, 0);
  }

  EntryList opaque(String path) {
    return add(Kind.OPAQUE, path, 0, NOTHING, "", "", 0, 0);
  }

  private EntryList add(
      Kind kind,
      String path,
      int mode,
      byte[] content,
      String linkTarget,
      String hardLinkTarget,
      int major,
      int minor) {
    entries.add(new ChangesetEntry(
        entries.size(),
        kind,
        PathWalk.split(Name.encode(path)),
        mode,
        uid,
        gid,
        content.length,
        mtimeSeconds,
        mtimeNanos,
        Name.encode(linkTarget),
        PathWalk.split(Name.encode(hardLinkTarget)),
        major,
        minor,
        xattrs));
    contents.add(content);
    xattrs = new TreeMap<>();
    return this;
  }

  List<ChangesetEntry> entries() {
    return entries;
  }

  byte[] content(int index) {
    return contents.get(index);
  }

  @Override
  public String subject() {
    return "layer";
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public @Nullable ChangesetEntry next() {
    return next < entries.size() ? entries.get(next++) : null;
  }

  @Override
  public void readData(DataSink sink) throws IOException {
    byte[] content = contents.get(next - 1);
    int step = 8192;
    for (int i = 0; i < content.length; i += step) {
      sink.accept(i, content, i, Math.min(step, content.length - i));
    }
  }

  /** Lets the entries be read again, in another order if they are put so before. */
  EntryList rewind() {
    next = 0;
    return this;
  }
}
