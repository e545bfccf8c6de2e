package dev.layerfs.volume;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.union.UserAttributes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Extended attributes of plain files: those of the namespace {@code user}, if the provider has them, under their own names. */
final class UserXattrs {
  private static final Name USER = Name.of("user.");

  private final boolean none;

  UserXattrs(Set<String> views) {
    none = !views.contains("user");
  }

  /** Whether there can't be any. */
  boolean isNone() {
    return none;
  }

  /** Whether an attribute is of the namespace. */
  static boolean mayBe(Name name) {
    return name.startsWith(USER) && name.length() > USER.length();
  }

  private static boolean holds(FileType type) {
    return type == FileType.REGULAR || type == FileType.DIRECTORY;
  }

  private static String hostName(Name name) {
    return name.toString().substring(USER.length());
  }

  List<Name> list(Path place, FileType type) throws PosixException {
    List<Name> names = new ArrayList<>();
    if (holds(type)) {
      for (String name : UserAttributes.list(place)) {
        names.add(Name.of(USER + name));
      }
    }
    return names;
  }

  byte @Nullable [] get(Path place, FileType type, Name name) throws PosixException {
    return holds(type) ? UserAttributes.get(place, hostName(name)) : null;
  }

  void set(Path place, FileType type, Name name, byte @Nullable [] value) throws PosixException {
    boolean possible = !none && holds(type) && mayBe(name);
    if (value == null) {
      if (possible) {
        UserAttributes.remove(place, hostName(name));
      }
    } else if (possible) {
      UserAttributes.set(place, hostName(name), value);
    } else {
      throw new PosixException(Errno.ENOTSUP, name.toString());
    }
  }
}
