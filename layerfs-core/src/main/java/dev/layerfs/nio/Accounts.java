package dev.layerfs.nio;

import java.io.IOException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * The users and groups of the image, by its own {@code /etc/passwd} and {@code /etc/group}; those of the host play no
 * part. A name of digits is an id, never looked up.
 */
final class Accounts extends UserPrincipalLookupService {
  private final AccountFile users;
  private final AccountFile groups;

  Accounts(FileTree tree, int maxFileBytes) {
    users = new AccountFile(tree, "/etc/passwd", maxFileBytes);
    groups = new AccountFile(tree, "/etc/group", maxFileBytes);
  }

  Account.User user(long id) {
    return new Account.User(id, users.nameOf(id));
  }

  Account.Group group(long id) {
    return new Account.Group(id, groups.nameOf(id));
  }

  @Override
  public UserPrincipal lookupPrincipalByName(String name) throws IOException {
    return new Account.User(id(users, name), name);
  }

  @Override
  public GroupPrincipal lookupPrincipalByGroupName(String group) throws IOException {
    return new Account.Group(id(groups, group), group);
  }

  private static long id(AccountFile file, String name) throws IOException {
    long id = AccountFile.parseId(name);
    if (id < 0) {
      Long named = file.idOf(name);
      if (named == null) {
        throw new UserPrincipalNotFoundException(name);
      }
      return named;
    }
    return id;
  }
}
