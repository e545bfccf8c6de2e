package dev.layerfs.nio;

import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

/** A user or group of the image: an id, and the name that the image's own files give it. Equal by kind and id. */
abstract sealed class Account implements UserPrincipal {
  private final long id;
  private final String name;

  private Account(long id, String name) {
    this.id = id;
    this.name = name;
  }

  /** A user. */
  static final class User extends Account {
    User(long id, String name) {
      super(id, name);
    }
  }

  /** A group. */
  static final class Group extends Account implements GroupPrincipal {
    Group(long id, String name) {
      super(id, name);
    }
  }

  /** The numeric id, 0 to 4294967294. */
  long id() {
    return id;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Account account && account.getClass() == getClass() && account.id == id;
  }

  @Override
  public int hashCode() {
    return 31 * getClass().hashCode() + Long.hashCode(id);
  }

  @Override
  public String toString() {
    return name;
  }
}
