package dev.layerfs.testing.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;

/** User-defined attributes whose changes are noted in a journal. */
record CrashAttributes(Journal journal, UserDefinedFileAttributeView view, Inode inode)
    implements UserDefinedFileAttributeView {
  /** Says which inode it is, which takes that it is there. */
  interface Inode {
    int number() throws IOException;
  }

  @Override
  public String name() {
    return view.name();
  }

  @Override
  public List<String> list() throws IOException {
    return view.list();
  }

  @Override
  public int size(String name) throws IOException {
    return view.size(name);
  }

  @Override
  public int read(String name, ByteBuffer target) throws IOException {
    return view.read(name, target);
  }

  @Override
  public int write(String name, ByteBuffer source) throws IOException {
    synchronized (journal) {
      byte[] value = new byte[source.remaining()];
      source.duplicate().get(value);
      int written = view.write(name, source);
      journal.add(new Change.Attribute(inode.number(), name, value));
      return written;
    }
  }

  @Override
  public void delete(String name) throws IOException {
    synchronized (journal) {
      view.delete(name);
      journal.add(new Change.Attribute(inode.number(), name, null));
    }
  }
}
