package dev.layerfs.changeset;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.posix.Name;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access control lists: text in tars, binary in file systems. */
final class PosixAclTest {
  /** What the kernel gives for {@code setfacl -m u:1000:r--,g:50:rw-} on a file of mode 0640. */
  private static final String KERNEL = "02000000"
      + "01000600ffffffff"
      + "02000400e8030000"
      + "04000400ffffffff"
      + "0800060032000000"
      + "10000600ffffffff"
      + "20000000ffffffff";

  private static String hex(String acl) {
    return HexFormat.of().formatHex(PosixAcl.parse(acl.getBytes(US_ASCII)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user::rw-,user:joe:r--:1000,group::r--,group:staff:rw-:50,mask::rw-,other::---",
        "user::rw-\nuser:1000:r--\ngroup::r--\ngroup:50:rw-\nmask::rw-\nother::---\n",
        "other::---,group:staff:rw-:50,mask::rw-,user:joe:r--:1000,group::r--,user::rw-",
        "u::rw-,u:1000:r--,g::r--,g:50:rw-,m:rw-,o:---",
        "user::rw-,user:joe:r--:1000,group::r--,group:staff:rw-:50,other::---" // mask implied
      })
  void readsEverySpelling(String acl) {
    assertEquals(KERNEL, hex(acl));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user:joe:rwx",
        "user",
        "user::rwz",
        "nobody::rwx",
        "user:joe:rwx:4294967295",
        "user:joe:rwx:-1",
        ":",
        "user:a:b:c:d"
      })
  void refusesWhatItCannotTranslate(String acl) {
    assertThrows(IllegalArgumentException.class, () -> hex(acl));
  }

  @Test
  void listsThatCannotBeTranslatedAreNoted() throws IOException {
    byte[] tar = new TarBuilder()
        .add(TarEntryBuilder.directory("d")
            .record("SCHILY.acl.access", "user::rw-,user:joe:r--,group::r--,other::---")
            .record(
                "SCHILY.acl.default",
                "user::rw-,user:joe:r--:1000,group::r--,group:staff:rw-:50,mask::rw-,other::---"))
        .build();
    ChangesetEntry directory = Archives.changes(tar).get(0).entry();
    assertEquals(
        List.of(Name.of("system.posix_acl_default")),
        List.copyOf(directory.xattrs().keySet()));
    assertArrayEquals(
        HexFormat.of().parseHex(KERNEL),
        directory.xattrs().get(Name.of("system.posix_acl_default")));
    assertTrue(Archives.notes(tar).get(0).contains("dropped an access control list"));
  }
}
