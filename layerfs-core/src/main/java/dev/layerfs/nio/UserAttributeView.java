package dev.layerfs.nio;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.Resolver.LastLink;
import dev.layerfs.posix.XattrFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/** The view {@code user}: the extended attributes {@code user.*}, without that prefix. */
record UserAttributeView(FileTree tree, LayerPath path, LastLink last)
    implements UserDefinedFileAttributeView {
  private static final String PREFIX = "user.";
  private static final Name PREFIX_NAME = Name.of(PREFIX);

  @Override
  public String name() {
    return "user";
  }

  @Override
  public List<String> list() throws IOException {
    List<String> names = new ArrayList<>();
    for (Name name : tree.onNode(path, last, PosixView::xattrs)) {
      if (name.startsWith(PREFIX_NAME)) {
        names.add(name.toString().substring(PREFIX.length()));
      }
    }
    return names;
  }

  @Override
  public int size(String name) throws IOException {
    return value(name).length;
  }

  @Override
  public int read(String name, ByteBuffer target) throws IOException {
    byte[] value = value(name);
    if (target.remaining() < value.length) {
      throw new FileSystemException(
          Failures.text(path), null, "the attribute's value is larger than the buffer");
    }
    target.put(value);
    return value.length;
  }

  byte[] value(String name) throws IOException {
    return tree.onNode(path, last, (view, node) -> {
      byte[] value = view.xattr(node, attribute(name));
      if (value == null) {
        throw new PosixException(Errno.ENODATA, name);
      }
      return value;
    });
  }

  @Override
  public int write(String name, ByteBuffer source) throws IOException {
    byte[] value = new byte[source.remaining()];
    source.duplicate().get(value);
    tree.onNode(path, last, (view, node) -> {
      view.setXattr(node, attribute(name), value, XattrFlag.SET);
      return null;
    });
    source.position(source.limit());
    return value.length;
  }

  @Override
  public void delete(String name) throws IOException {
    tree.onNode(path, last, (view, node) -> {
      view.removeXattr(node, attribute(name));
      return null;
    });
  }

  private Name attribute(String name) throws FileSystemException {
    try {
      return Name.of(PREFIX + name);
    } catch (IllegalArgumentException e) {
      throw new FileSystemException(
          Failures.text(path), null, "the attribute's name holds a lone surrogate");
    }
  }
}
