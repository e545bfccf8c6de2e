package dev.layerfs.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Acl.Entry;
import dev.layerfs.posix.Acl.Tag;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The format and the rules one by one; {@code AclDifferentialTest} compares them with a kernel's. */
final class AclTest {
  /** What the kernel gives for {@code setfacl -m u:1000:r--,g:50:rw-} on a file of mode 0640. */
  private static final String KERNEL = "02000000"
      + "01000600ffffffff"
      + "02000400e8030000"
      + "04000400ffffffff"
      + "0800060032000000"
      + "10000600ffffffff"
      + "20000000ffffffff";

  private static final Acl NAMED = new Acl(List.of(
      new Entry(Tag.USER_OBJ, 6, Entry.NO_ID),
      new Entry(Tag.USER, 4, 1000),
      new Entry(Tag.GROUP_OBJ, 4, Entry.NO_ID),
      new Entry(Tag.GROUP, 6, 50),
      new Entry(Tag.MASK, 6, Entry.NO_ID),
      new Entry(Tag.OTHER, 0, Entry.NO_ID)));

  private static Acl parse(String hex) throws PosixException {
    return Acl.parse(HexFormat.of().parseHex(hex));
  }

  private static Stat owned(long uid, long gid) {
    return new Stat(FileType.REGULAR, 0640, uid, gid, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void readsWhatTheKernelWrites() throws PosixException {
    assertEquals(NAMED, parse(KERNEL));
    assertArrayEquals(HexFormat.of().parseHex(KERNEL), NAMED.toBytes());
    assertTrue(NAMED.isValid());
    assertFalse(NAMED.isMinimal());
    assertEquals(0660, NAMED.permissions());
  }

  @ParameterizedTest
  @CsvSource({
    "020000, EINVAL", // not even a version
    "01000000, ENOTSUP", // another one
    "0200000001000600ffffff, EINVAL", // half an entry
    "0200000003000600ffffffff, EINVAL", // no such tag
    "0200000002000600ffffffff, EINVAL" // a user without a number
  })
  void refusesWhatIsNoList(String hex, Errno errno) {
    assertEquals(errno, assertThrows(PosixException.class, () -> parse(hex)).errno());
  }

  @Test
  void aVersionAloneIsNoList() throws PosixException {
    assertTrue(parse("").isEmpty());
    assertTrue(parse("02000000").isEmpty());
    assertFalse(Acl.NONE.isValid());
  }

  @ParameterizedTest
  @CsvSource({
    "0200000001000600ffffffff04000400ffffffff20000000ffffffff, true",
    "0200000001000600ffffffff04000400ffffffff10000400ffffffff20000000ffffffff, true",
    "0200000001000600ffffffff04000400ffffffff, false", // nothing for others
    "0200000004000400ffffffff20000000ffffffff, false", // nothing for the owner
    "0200000001000600ffffffff20000000ffffffff, false", // nothing for the group
    "0200000001000600ffffffff20000000ffffffff04000400ffffffff, false", // another order
    "0200000001000600ffffffff01000600ffffffff04000400ffffffff20000000ffffffff, false", // twice
    "0200000001000600ffffffff020004000100000004000400ffffffff20000000ffffffff, false", // no mask
    "0200000001000800ffffffff04000400ffffffff20000000ffffffff, false" // no such permission
  })
  void isAsStrictAsTheKernel(String hex, boolean valid) throws PosixException {
    assertEquals(valid, parse(hex).isValid());
  }

  @Test
  void newNodesInheritWithinTheirMode() {
    Acl inherited = NAMED.inherited(0740);
    assertEquals(0640, inherited.permissions());
    assertEquals(new Entry(Tag.GROUP, 6, 50), inherited.entries().get(3)); // the mask limits it
  }

  @Test
  void changesOfModeReachTheMaskAndNotTheGroup() {
    Acl changed = NAMED.withMode(0517);
    assertEquals(0517, changed.permissions());
    assertEquals(new Entry(Tag.GROUP_OBJ, 4, Entry.NO_ID), changed.entries().get(2));
  }

  @ParameterizedTest
  @CsvSource({
    "7, 9, 6, true", // the owner
    "7, 9, 1, false",
    "1000, 9, 4, true", // named, within the mask
    "1000, 50, 2, false", // named, so its groups don't matter
    "8, 50, 6, true", // a named group
    "8, 70, 4, true", // the owning group
    "8, 70, 2, false",
    "8, 9, 4, false" // somebody else
  })
  void theFirstEntryThatAppliesDecides(long uid, long gid, int wanted, boolean permitted) {
    assertEquals(permitted, NAMED.permits(Identity.of(uid, gid), owned(7, 70), wanted));
  }

  @Test
  void oneOfSeveralGroupsIsEnough() {
    assertTrue(NAMED.permits(Identity.of(8, 70, 50), owned(7, 70), 6));
  }
}
