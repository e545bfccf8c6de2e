package dev.layerfs.posix;

import dev.layerfs.error.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whom a view acts for: the user and the groups of a process ({@code credentials(7)}) that has no capabilities unless its
 * user is 0. Numbers only; names are the business of whoever has a user database. Immutable.
 *
 * @param uid the user, 0 to 4294967294
 * @param gids the groups, each 0 to 4294967294, at least one; the first one is that of new files
 */
public record Identity(long uid, List<Long> gids) {
  /** The user and group 0, who may do everything. */
  public static final Identity ROOT = new Identity(0, List.of(0L));

  private static final long MAX_ID = 4_294_967_294L;
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,10})(?::(\\d{1,10}(?:,\\d{1,10})*))?");

  /** Checks the ids and copies the groups. */
  public Identity {
    gids = List.copyOf(gids);
    if (gids.isEmpty()) {
      throw new IllegalArgumentException("an identity needs a group");
    }
    checkId(uid);
    gids.forEach(Identity::checkId);
  }

  private static void checkId(long id) {
    if (id < 0 || id > MAX_ID) {
      throw new IllegalArgumentException("not a user or group id: " + id);
    }
  }

  /**
   * Returns an identity.
   *
   * @param uid the user
   * @param gids the groups, the primary one first
   * @return the identity
   * @throws IllegalArgumentException if an id is not 0 to 4294967294, or there is no group
   */
  public static Identity of(long uid, long... gids) {
    return new Identity(uid, Arrays.stream(gids).boxed().toList());
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text {@code UID:GID}, and more groups after commas; {@code UID} alone has the group of the same number
   * @return the identity
   * @throws IllegalArgumentException if the text is not that, or an id is out of range
   */
  public static Identity parse(String text) {
    var matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not UID[:GID[,GID]...]: " + Printable.of(text));
    }
    String groups = matcher.group(2) == null ? matcher.group(1) : matcher.group(2);
    return of(
        Long.parseLong(matcher.group(1)),
        Pattern.compile(",").splitAsStream(groups).mapToLong(Long::parseLong).toArray());
  }

  /**
   * Returns the primary group.
   *
   * @return the group of new files
   */
  public long gid() {
    return gids.get(0);
  }

  /**
   * Says whether nothing is refused to this identity.
   *
   * @return whether the user is 0
   */
  public boolean isRoot() {
    return uid == 0;
  }

  /**
   * Says whether the identity is a member of a group ({@code in_group_p}).
   *
   * @param gid a group
   * @return whether it is one of its groups
   */
  public boolean isIn(long gid) {
    return gids.contains(gid);
  }

  /** Returns {@code UID:GID}, and more groups after commas. */
  @Override
  public String toString() {
    return uid + ":" + gids.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
