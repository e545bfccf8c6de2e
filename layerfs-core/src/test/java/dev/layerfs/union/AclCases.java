package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Identity;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Random sequences of what root can do with access control lists, on nodes that may have some. */
final class AclCases {
  private static final int CASES = 600;
  private static final int STEPS = 8;
  private static final long[] IDS = {0, 1, 1000, 4_294_967_294L};
  private static final List<String> NAMES = List.of(Acl.ACCESS.toString(), Acl.DEFAULT.toString());

  private final PosixCases cases = new PosixCases(Identity.ROOT);
  private final Random random;
  private int made;

  private AclCases(long seed) {
    this.random = new Random(seed);
  }

  static PosixCases of(long seed) {
    AclCases all = new AclCases(seed);
    for (int i = 0; i < CASES; i++) {
      all.add();
    }
    return all.cases;
  }

  private void add() {
    cases.begin();
    String kind = List.of("file", "dir", "dir", "fifo").get(random.nextInt(4));
    Acl list = list();
    PosixCases.Node node =
        cases.node(kind, "n", AccessLists.modeWith(random.nextInt(8) << 9, list), 5, 6);
    if (!list.isMinimal()) {
      node.with(NAMES.get(0), list.toBytes());
    }
    if (kind.equals("dir") && random.nextBoolean()) {
      node.with(NAMES.get(1), list().toBytes());
    }
    cases.node("link", "l", 0777, 5, 6);
    for (int i = 0; i < STEPS; i++) {
      step(random.nextInt(12) == 0 ? "l" : "n");
    }
  }

  private Acl list() {
    return Lists.valid(random, IDS, IDS);
  }

  private void step(String path) {
    String name = NAMES.get(random.nextInt(2));
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> {
        byte[] value = random.nextBoolean() ? list().toBytes() : Lists.damaged(random, list());
        String flag = List.of("SET", "CREATE", "REPLACE").get(random.nextInt(3));
        cases.run("setxattr", path, name, HexFormat.of().formatHex(value), flag);
        cases.run("xattr", path, name);
      }
      case 3 -> cases.run("removexattr", path, name);
      case 4 -> cases.run("chmod", "n", octal());
      case 5 -> cases.run("create", "n/f" + made++, octal(), "w");
      case 6 -> {
        String directory = "n/d" + made++;
        cases.run("mkdir", directory, Integer.toOctalString(random.nextInt(02000)));
        cases.run("create", directory + "/f", octal(), "w");
      }
      case 7 -> cases.run("mknod", "n/p" + made++, "fifo", octal());
      default -> cases.run("chown", path, random.nextInt(3) - 1, random.nextInt(3) - 1);
    }
  }

  private String octal() {
    return Integer.toOctalString(random.nextInt(010000));
  }
}
