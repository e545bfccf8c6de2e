package dev.layerfs.erofs;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Layers that together have everything a layer can have; each fits on those whose name sorts before. */
final class Samples {
  /** {@code u::rw-,u:1000:r--,g::r--,m::r--,o::---} as {@code <linux/posix_acl_xattr.h>} has it. */
  private static final String ACL = "02000000"
      + "01000600ffffffff" + "02000400e8030000" + "04000400ffffffff" + "10000400ffffffff"
      + "20000000ffffffff";

  private Samples() {}

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  static Map<String, EntryList> layers() {
    Map<String, EntryList> layers = new TreeMap<>();
    layers.put("attributes", attributes());
    layers.put("empty", new EntryList());
    layers.put("large", large());
    layers.put("links", links());
    layers.put("names", names());
    layers.put("small", small());
    layers.put("whiteouts", whiteouts());
    return layers;
  }

  private static EntryList small() {
    return new EntryList()
        .owner(1000, 4_294_967_294L)
        .mtime(1_700_000_000, 123_456_789)
        .directory("", 0755)
        .directory("etc", 02755)
        .file("etc/passwd", "root:x:0:0\n")
        .file("etc/empty", "")
        .symlink("bin", "usr/bin")
        .fifo("run/pipe")
        .characterDevice("dev/null", 1, 3)
        .blockDevice("dev/loop4095", 4095, 1_048_575)
        .mtime(-1, 999_999_999)
        .file("before-epoch", "old")
        .file("set-id", 06755, new byte[] {1});
  }

  private static EntryList large() {
    EntryList entries = new EntryList();
    for (int size : new int[] {1, 4095, 4096, 4097, 8192, 300_000, 3_000_001}) {
      entries.file("sizes/" + size, 0600, content(size));
    }
    entries.symlink("long-link", "t".repeat(4000)).symlink("longest-link", "t".repeat(4095));
    return entries.file("sizes/zeros", 0600, new byte[100_000]);
  }

  static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  private static EntryList attributes() {
    EntryList entries = new EntryList()
        .xattr("user.one", "1")
        .xattr("security.capability", hex("0100000200040000000000000000000000000000"))
        .xattr("system.posix_acl_access", hex(ACL))
        .xattr("trusted.empty", "")
        .file("x/file", "content")
        .xattr("user.large", new byte[65_535])
        .xattr("system.posix_acl_default", hex(ACL))
        .directory("x/large", 0700)
        .xattr("trusted.large", new byte[4_000])
        .symlink("x/link", "a".repeat(200));
    for (int i = 0; i < 60; i++) {
      entries.xattr("user." + "n".repeat(180) + i, new byte[i * 60]);
    }
    return entries.file("x/many", "content");
  }

  private static EntryList names() {
    EntryList entries = new EntryList();
    for (int i = 0; i < 3000; i++) {
      entries.file("many/" + (char) ('!' + i % 90) + "name" + i, "");
    }
    for (int i = 0; i < 20; i++) {
      entries.directory("long/" + "d".repeat(250) + i, 0700);
    }
    for (String name : List.of("!first", "-before", ".!", ".-", "...", "..a", ".a", "0last")) {
      entries.file("dots/" + name, "");
    }
    entries.file("before-the-dots/!", "");
    for (int i = 0;
        i < 253;
        i++) { // with the next one and the dots they fill a block to its last byte
      entries.file("full/" + String.format("f%03d", i), "");
    }
    entries.file("full/f12345678", "");
    return entries.file("bytes/\uDC80\uDCFFraw", "").file("bytes/über\n", "");
  }

  private static EntryList links() {
    return new EntryList()
        .file("l/first", "shared")
        .hardLink("l/second", "l/first")
        .hardLink("third", "l/second")
        .symlink("l/absolute", "/l/sub")
        .symlink("l/above", "../../../l/sub")
        .file("l/absolute/through", "1")
        .file("l/above/again", "2")
        .symlink("l/dangling", "/nowhere");
  }

  private static EntryList whiteouts() {
    return new EntryList()
        .whiteout("etc/passwd")
        .opaque("many")
        .file("many/new", "after")
        .whiteout("x")
        .directory("x", 0711)
        .hardLink("kept", "l/first")
        .whiteout("dev");
  }
}
