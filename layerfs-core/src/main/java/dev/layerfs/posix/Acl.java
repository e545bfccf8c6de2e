package dev.layerfs.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;

/**
 * A POSIX access control list ({@code acl(5)}), as the attributes {@link #ACCESS} and {@link #DEFAULT} hold it
 * ({@code <linux/posix_acl_xattr.h>}), with the operations of the kernel's fs/posix_acl.c. Immutable.
 *
 * <p>One without entries stands for no list at all. Any other is of use only if it is {@linkplain #isValid valid}.
 *
 * @param entries the entries, in the order they are kept
 */
public record Acl(List<Entry> entries) {
  /** The attribute that decides about access to a node. */
  public static final Name ACCESS = Name.of("system.posix_acl_access");

  /** The attribute of a directory that new nodes in it inherit. */
  public static final Name DEFAULT = Name.of("system.posix_acl_default");

  /** No list. */
  public static final Acl NONE = new Acl(List.of());

  private static final int VERSION = 2;
  private static final int HEADER = 4;
  private static final int ENTRY = 8;
  private static final int ALL = 7;

  /** Copies the entries. */
  public Acl {
    entries = List.copyOf(entries);
  }

  /** Whom an entry is about. */
  public enum Tag {
    /** The owner. */
    USER_OBJ(0x01),
    /** The user with the entry's id. */
    USER(0x02),
    /** The owning group. */
    GROUP_OBJ(0x04),
    /** The group with the entry's id. */
    GROUP(0x08),
    /** Nobody: it limits what {@link #USER}, {@link #GROUP_OBJ} and {@link #GROUP} allow. */
    MASK(0x10),
    /** Everybody else. */
    OTHER(0x20);

    private static final Tag[] ALL = values();

    private final int number;

    Tag(int number) {
      this.number = number;
    }

    private static Tag of(int number) throws PosixException {
      for (Tag tag : ALL) {
        if (tag.number == number) {
          return tag;
        }
      }
      throw new PosixException(Errno.EINVAL, "access control list with tag " + number);
    }

    private boolean isNamed() {
      return this == USER || this == GROUP;
    }
  }

  /**
   * One entry.
   *
   * @param tag whom it is about
   * @param permissions 4 for reading, 2 for writing, 1 for execution, or sums of them
   * @param id the user or group of a {@link Tag#USER} or {@link Tag#GROUP}, else {@link #NO_ID}
   */
  public record Entry(Tag tag, int permissions, long id) {
    /** The id of entries that name nobody ({@code ACL_UNDEFINED_ID}). */
    public static final long NO_ID = 0xFFFF_FFFFL;

    /** Gives entries that name nobody no id. */
    public Entry {
      id = tag.isNamed() ? id : NO_ID;
    }

    private boolean allows(int wanted) {
      return (permissions & wanted) == wanted;
    }
  }

  /**
   * Reads an attribute's value ({@code posix_acl_from_xattr}). Whether the entries make sense together is left to {@link
   * #isValid}.
   *
   * @param value the value; one without entries, or empty, is {@link #NONE}
   * @return the list
   * @throws PosixException {@link Errno#EINVAL} if it is no list; {@link Errno#ENOTSUP} if it is one of another version
   */
  public static Acl parse(byte[] value) throws PosixException {
    if (value.length == 0) {
      return NONE;
    } else if (value.length < HEADER) {
      throw new PosixException(Errno.EINVAL, "access control list without a version");
    }
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    int version = in.getInt();
    if (version != VERSION) {
      throw new PosixException(Errno.ENOTSUP, "access control list of version " + version);
    } else if (in.remaining() % ENTRY != 0) {
      throw new PosixException(Errno.EINVAL, "access control list with half an entry");
    }
    List<Entry> entries = new ArrayList<>(in.remaining() / ENTRY);
    while (in.hasRemaining()) {
      Tag tag = Tag.of(Short.toUnsignedInt(in.getShort()));
      int permissions = Short.toUnsignedInt(in.getShort());
      long id = Integer.toUnsignedLong(in.getInt());
      if (tag.isNamed() && id == Entry.NO_ID) {
        throw new PosixException(Errno.EINVAL, "access control list that names nobody");
      }
      entries.add(new Entry(tag, permissions, id));
    }
    return new Acl(entries);
  }

  /**
   * Returns the list as an attribute's value ({@code posix_acl_to_xattr}).
   *
   * @return a new array
   */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(HEADER + ENTRY * entries.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(VERSION);
    for (Entry entry : entries) {
      out.putShort((short) entry.tag.number).putShort((short) entry.permissions).putInt((int)
          entry.id);
    }
    return out.array();
  }

  /**
   * Says whether there is no list.
   *
   * @return whether it has no entries
   */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Says whether the kernel would accept the list ({@code posix_acl_valid}): one entry each for owner, owning group and
   * others, a mask if somebody is named, in the order of {@link Tag}.
   *
   * @return whether it is valid; {@link #NONE} is not
   */
  public boolean isValid() {
    Tag last = null;
    for (Entry entry : entries) {
      int step = last == null ? 1 : entry.tag.compareTo(last);
      boolean inOrder = step > 0 || (step == 0 && entry.tag.isNamed());
      if (!inOrder || (entry.permissions & ~ALL) != 0) {
        return false;
      }
      last = entry.tag;
    }
    boolean named = has(Tag.USER) || has(Tag.GROUP);
    return has(Tag.USER_OBJ) && has(Tag.GROUP_OBJ) && has(Tag.OTHER) && (!named || has(Tag.MASK));
  }

  private boolean has(Tag tag) {
    return entries.stream().anyMatch(entry -> entry.tag == tag);
  }

  /**
   * Says whether permission bits alone say the same ({@code posix_acl_equiv_mode}).
   *
   * @return whether the list has neither named entries nor a mask
   */
  public boolean isMinimal() {
    return entries.stream().noneMatch(entry -> entry.tag.isNamed() || entry.tag == Tag.MASK);
  }

  /**
   * Returns the permission bits that go with the list ({@code posix_acl_equiv_mode}): the group's are those of the mask, if
   * there is one.
   *
   * @return the bits, 0 to 0777
   */
  public int permissions() {
    int mode = 0;
    for (Entry entry : entries) {
      int shift = shift(entry.tag);
      mode |= shift < 0 ? 0 : entry.permissions << shift;
    }
    return mode;
  }

  /**
   * Returns the access list of a new node in a directory with this default list ({@code posix_acl_create_masq}). Its
   * {@link #permissions} are the node's.
   *
   * @param mode the mode that the node is made with
   * @return this list, with no permission that the mode doesn't have
   */
  public Acl inherited(int mode) {
    return withClasses(mode, (own, bits) -> own & bits);
  }

  /**
   * Returns the access list of a node whose mode is changed ({@code posix_acl_chmod_masq}).
   *
   * @param mode the node's new mode
   * @return this list, with the mode's permissions
   */
  public Acl withMode(int mode) {
    return withClasses(mode, (own, bits) -> bits);
  }

  private Acl withClasses(int mode, IntBinaryOperator merge) {
    List<Entry> changed = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      int shift = shift(entry.tag);
      int permissions =
          shift < 0 ? entry.permissions : merge.applyAsInt(entry.permissions, mode >> shift & ALL);
      changed.add(new Entry(entry.tag, permissions, entry.id));
    }
    return new Acl(changed);
  }

  /** Where a mode has the bits that are an entry's own; negative if they are none of its. */
  private int shift(Tag tag) {
    return switch (tag) {
      case USER_OBJ -> 6;
      case GROUP_OBJ -> has(Tag.MASK) ? -1 : 3;
      case MASK -> 3;
      case OTHER -> 0;
      case USER, GROUP -> -1;
    };
  }

  /**
   * Says whether a valid list allows an access ({@code posix_acl_permission}).
   *
   * @param identity who wants it
   * @param stat the node's attributes, for its owner and group
   * @param wanted permissions, all of which must be allowed by one entry
   * @return whether they are
   */
  public boolean permits(Identity identity, Stat stat, int wanted) {
    boolean member = false;
    for (Entry entry : entries) {
      boolean applies = switch (entry.tag) {
        case USER_OBJ -> identity.uid() == stat.uid();
        case USER -> identity.uid() == entry.id;
        case GROUP_OBJ -> identity.isIn(stat.gid());
        case GROUP -> identity.isIn(entry.id);
        case MASK -> false;
        case OTHER -> !member;
      };
      boolean group = entry.tag == Tag.GROUP_OBJ || entry.tag == Tag.GROUP;
      member |= applies && group;
      if (applies && (!group || entry.allows(wanted))) { // one group that allows it is enough
        boolean masked = group || entry.tag == Tag.USER;
        return entry.allows(wanted) && (!masked || maskAllows(wanted));
      }
    }
    return false;
  }

  private boolean maskAllows(int wanted) {
    return entries.stream().allMatch(entry -> entry.tag != Tag.MASK || entry.allows(wanted));
  }
}
