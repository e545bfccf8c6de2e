package dev.layerfs.union;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.nio.charset.StandardCharsets;

/** An image with something of everything. */
final class SampleImage {
  /** {@code struct vfs_cap_data} of {@code <linux/capability.h>}: revision 2, cap_net_raw, effective. */
  static final byte[] CAPABILITY = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  private SampleImage() {}

  /** Everything. */
  static TarBuilder tar() {
    return plain().fifo("b/b").characterDevice("b/c", 5, 1);
  }

  /** Everything but special files, which pure Java can't copy up as a kernel expects them. */
  static TarBuilder plain() {
    return new TarBuilder()
        .add(TarEntryBuilder.directory("./").mode(0755).mtime(1_500_000_000L, 5))
        .directory("a/")
        .file("a/a", "first")
        .add(TarEntryBuilder.file("a/b", bytes("second"))
            .mode(04755)
            .owner(7, 8)
            .mtime(1_600_000_000L, 123_456_789))
        .add(TarEntryBuilder.directory("a/c/").mode(02775).owner(0, 9))
        .file("a/c/a", "x".repeat(5000))
        .hardLink("a/c/b", "a/a")
        .symlink("a/c/c", "../a")
        .directory("a/c/d/")
        .file("a/c/d/a", "deep")
        .hardLink("a/c/d/b", "a/c/a")
        .add(TarEntryBuilder.directory("b/").mode(01777))
        .add(TarEntryBuilder.file("b/a", bytes("capable"))
            .mode(0755)
            .xattr("security.capability", CAPABILITY)
            .xattr("user.note", bytes("kept")))
        .hardLink("b/d", "a/a")
        .directory("c/")
        .add(TarEntryBuilder.file("d", new byte[20_000]).owner(4_294_967_294L, 4_000_000_000L))
        .symlink("e", "b/a");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
