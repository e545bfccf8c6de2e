package dev.layerfs.union;

import dev.layerfs.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * User-defined attributes of regular files and directories of the host. Never to be used on anything else: the JDK opens
 * the file, and opening a pipe waits for its other end.
 */
public final class UserAttributes {
  private UserAttributes() {}

  public static boolean supported(Path place) {
    return Files.getFileAttributeView(
            place, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        != null;
  }

  /** Returns the names, without {@code user.}. */
  public static List<String> list(Path place) throws PosixException {
    try {
      return view(place).list();
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  /** Returns a value, or null: asks the list first because the JDK has no errno for an attribute that is missing. */
  public static byte @Nullable [] get(Path place, String name) throws PosixException {
    try {
      UserDefinedFileAttributeView view = view(place);
      if (!view.list().contains(name)) {
        return null;
      }
      ByteBuffer value = ByteBuffer.allocate(view.size(name));
      if (value.hasRemaining()) {
        view.read(name, value);
      }
      return value.array();
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  public static void set(Path place, String name, byte[] value) throws PosixException {
    try {
      view(place).write(name, ByteBuffer.wrap(value));
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  public static void remove(Path place, String name) throws PosixException {
    try {
      UserDefinedFileAttributeView view = view(place);
      if (view.list().contains(name)) {
        view.delete(name);
      }
    } catch (IOException e) {
      throw HostErrors.of(e, place);
    }
  }

  private static UserDefinedFileAttributeView view(Path place) throws IOException {
    UserDefinedFileAttributeView view = Files.getFileAttributeView(
        place, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new IOException("no user-defined attributes on this host: Operation not supported");
    }
    return view;
  }
}
