package dev.layerfs.union;

import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TarEntryBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/** An image with something of everything. */
final class SampleImage {
  /** {@code struct vfs_cap_data} of {@code <linux/capability.h>}: revision 2, cap_net_raw, effective. */
  static final byte[] CAPABILITY = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  private SampleImage() {}

  /** Everything. */
  static TarBuilder tar() {
    return addSpecial(plain(), UnaryOperator.identity());
  }

  /** Everything but special files, which pure Java can't copy up as a kernel expects them. */
  static TarBuilder plain() {
    TarBuilder tar =
        new TarBuilder().add(TarEntryBuilder.directory("./").mode(0755).mtime(1_500_000_000L, 5));
    return addPlain(tar, UnaryOperator.identity());
  }

  /** Everything once for each of several places. */
  static TarBuilder tar(List<UnaryOperator<String>> places) {
    TarBuilder tar = new TarBuilder();
    for (UnaryOperator<String> place : places) {
      addSpecial(addPlain(tar, place), place);
    }
    return tar;
  }

  private static TarBuilder addSpecial(TarBuilder tar, UnaryOperator<String> at) {
    return tar.fifo(at.apply("b/b")).characterDevice(at.apply("b/c"), 5, 1);
  }

  private static TarBuilder addPlain(TarBuilder tar, UnaryOperator<String> at) {
    return tar.directory(at.apply("a/"))
        .file(at.apply("a/a"), "first")
        .add(TarEntryBuilder.file(at.apply("a/b"), bytes("second"))
            .mode(04755)
            .owner(7, 8)
            .mtime(1_600_000_000L, 123_456_789))
        .add(TarEntryBuilder.directory(at.apply("a/c/")).mode(02775).owner(0, 9))
        .file(at.apply("a/c/a"), "x".repeat(5000))
        .hardLink(at.apply("a/c/b"), at.apply("a/a"))
        .symlink(at.apply("a/c/c"), "../a")
        .directory(at.apply("a/c/d/"))
        .file(at.apply("a/c/d/a"), "deep")
        .hardLink(at.apply("a/c/d/b"), at.apply("a/c/a"))
        .add(TarEntryBuilder.directory(at.apply("b/")).mode(01777))
        .add(TarEntryBuilder.file(at.apply("b/a"), bytes("capable"))
            .mode(0755)
            .xattr("security.capability", CAPABILITY)
            .xattr("user.note", bytes("kept")))
        .hardLink(at.apply("b/d"), at.apply("a/a"))
        .directory(at.apply("c/"))
        .add(TarEntryBuilder.file(at.apply("d"), new byte[20_000])
            .owner(4_294_967_294L, 4_000_000_000L))
        .symlink(at.apply("e"), "b/a");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
