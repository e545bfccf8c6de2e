package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.Identity;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** What an unprivileged identity may try: enumerated where that is feasible, else drawn. */
final class ActingCases {
  static final Identity ME = Identity.of(1000, 1000, 20);

  private static final long OTHER = 2000;
  private static final long[] UIDS = {1000, OTHER};
  private static final long[] GIDS = {1000, 20, 3000};
  private static final int SHARED = 64;
  private static final int[] SPECIAL_BITS = {0, 01000, 02000, 04000, 06000, 07000};
  private static final String ACCESS = Acl.ACCESS.toString();
  private static final String DEFAULT = Acl.DEFAULT.toString();

  private final PosixCases cases = new PosixCases(ME);
  private final Random random;
  private String last = "";
  private int singles;

  private ActingCases(long seed) {
    this.random = new Random(seed);
  }

  static PosixCases of(long seed) {
    ActingCases all = new ActingCases(seed);
    all.fileModes();
    all.directoryModes();
    all.accessLists();
    all.removals();
    all.renames();
    all.creations();
    all.links();
    all.modeChanges();
    all.ownerChanges();
    all.writes();
    all.times();
    all.attributes();
    all.listChanges();
    all.sequences();
    return all.cases;
  }

  /** Adds a node of its own for some operations. Many share a directory: making those takes longest. */
  private PosixCases.Node single(String kind, int mode, long uid, long gid) {
    if (singles++ % SHARED == 0) {
      cases.begin();
    }
    last = "n" + singles;
    return cases.node(kind, last, mode, uid, gid);
  }

  /** Adds an operation on the node that {@link #single} has added last. */
  private void run(String operation, Object... more) {
    cases.run(operation, last, more);
  }

  private interface Owned {
    void by(long uid, long gid);
  }

  private static void forOwners(Owned body) {
    for (long uid : UIDS) {
      for (long gid : GIDS) {
        body.by(uid, gid);
      }
    }
  }

  private long uid() {
    return UIDS[random.nextInt(UIDS.length)];
  }

  private long gid() {
    return GIDS[random.nextInt(GIDS.length)];
  }

  /** A mode that more often than not allows something. */
  private int mode() {
    return random.nextInt(3) == 0 ? random.nextInt(01000) : random.nextInt(01000) | 0111;
  }

  private int special() {
    return SPECIAL_BITS[random.nextInt(SPECIAL_BITS.length)];
  }

  /** Every mode of a file for every relation to its owner and group. */
  private void fileModes() {
    forOwners((uid, gid) -> {
      for (int mode = 0; mode < 01000; mode++) {
        single("file", mode, uid, gid);
        for (String wanted : List.of("r", "w", "x", "rw", "rx")) {
          run("access", wanted);
        }
        run("open", "r");
        run("open", mode % 2 == 0 ? "rw" : "wt");
        run("stat");
      }
    });
  }

  private void directoryModes() {
    forOwners((uid, gid) -> {
      for (int mode = 0; mode < 01000; mode += 1 + random.nextInt(16)) {
        cases.begin();
        cases.node("dir", "d", mode, uid, gid);
        cases.node("file", "d/f", 0644, uid, gid);
        cases.node("dir", "d/e", 0777, OTHER, 3000);
        cases.run("list", "d");
        cases.run("access", "d", "rwx".substring(random.nextInt(3)));
        cases.run("stat", "d/f");
        cases.run("stat", "d/missing");
        cases.run("list", "d/e");
        cases.run("stat", "d/..");
        cases.run("stat", "d/.");
        cases.run("open", "d/f", "r");
      }
    });
  }

  private void accessLists() {
    for (int i = 0; i < 1500; i++) {
      boolean directory = i % 4 == 0;
      listed(directory ? "dir" : "file", list());
      for (String wanted : List.of("r", "w", "x", "rw", "wx", "rx", "rwx")) {
        run("access", wanted);
      }
      if (directory) {
        run("list");
        cases.run("create", last + "/new", "640", "w");
        cases.run("unlink", last + "/new");
      } else {
        run("open", "r");
        run("write");
      }
    }
  }

  private PosixCases.Node listed(String kind, Acl list) {
    PosixCases.Node node = single(kind, AccessLists.modeWith(special(), list), uid(), gid());
    return list.isMinimal() ? node : node.with(ACCESS, list.toBytes());
  }

  private void removals() {
    for (int i = 0; i < 250; i++) {
      cases.begin();
      directory("d");
      cases.node("file", "d/f", mode(), uid(), gid());
      cases.node("dir", "d/e", mode(), uid(), gid());
      cases.node("dir", "d/full", mode(), uid(), gid());
      cases.node("file", "d/full/f", 0644, uid(), gid());
      cases.node("link", "d/l", 0777, uid(), gid());
      cases.run("rmdir", "d/f");
      cases.run("unlink", "d/e");
      cases.run("unlink", "d/missing");
      cases.run("rmdir", "d/full");
      cases.run("unlink", "d/f");
      cases.run("rmdir", "d/e");
      cases.run("readlink", "d/l");
      cases.run("unlink", "d/l");
    }
  }

  private void directory(String path) {
    cases.node("dir", path, mode() | (random.nextBoolean() ? 01000 : 0), uid(), gid());
  }

  private void renames() {
    for (int i = 0; i < 400; i++) {
      cases.begin();
      directory("a");
      directory("b");
      entries("a", "xyz");
      entries("b", "xy");
      String from = (random.nextBoolean() ? "a/" : "b/") + "xyz".charAt(random.nextInt(3));
      String to = (random.nextBoolean() ? "a/" : "b/") + "xyw".charAt(random.nextInt(3));
      cases.run2("rename", from, random.nextInt(8) == 0 ? from + "/deep" : to, random.nextInt(3));
      cases.run2("rename", to, "a/back", 0);
    }
  }

  private void entries(String directory, String names) {
    for (char name : names.toCharArray()) {
      String kind = random.nextBoolean() ? "file" : "dir";
      cases.node(kind, directory + "/" + name, mode(), uid(), gid());
    }
  }

  private void creations() {
    for (int i = 0; i < 200; i++) {
      cases.begin();
      int bits = random.nextInt(3) == 0 ? 0 : 02000;
      int mode = random.nextInt(4) == 0 ? mode() : 0777;
      PosixCases.Node directory = cases.node("dir", "d", mode | bits, uid(), gid());
      if (random.nextBoolean()) {
        directory.with(DEFAULT, list().toBytes());
      }
      cases.node("file", "d/there", 0644, uid(), gid());
      cases.run("create", "d/f", octal(special() | mode()), random.nextBoolean() ? "w" : "rw");
      cases.run("mkdir", "d/e", octal(mode() | random.nextInt(2) << 9));
      cases.run("mkdir", "d/e/e", "777");
      cases.run("create", "d/e/f", "666", "w");
      cases.run("symlink", "d/l", "target");
      cases.run("mknod", "d/p", "fifo", octal(mode()));
      cases.run("mknod", "d/s", "socket", octal(mode()));
      cases.run("mknod", "d/c", "char", "666");
      cases.run("mknod", "d/b", "block", "666");
      cases.run("create", "d/there", "666", "w");
      cases.run("mkdir", "d/there", "777");
      cases.run("mknod", "d/there", "char", "777");
    }
  }

  private static String octal(int mode) {
    return Integer.toOctalString(mode);
  }

  private void links() {
    for (int i = 0; i < 200; i++) {
      cases.begin();
      directory("a");
      directory("b");
      entries("a", "x");
      cases.node("link", "a/l", 0777, uid(), gid());
      cases.node("file", "b/there", 0644, uid(), gid());
      cases.run2("link", "a/x", "b/new");
      cases.run2("link", "a/l", "b/link");
      cases.run2("link", "a/x", "b/there");
    }
  }

  private void modeChanges() {
    forOwners((uid, gid) -> {
      for (String kind : List.of("file", "dir", "fifo")) {
        for (int bits : SPECIAL_BITS) {
          for (int step = 0; step < 4; step++) {
            single(kind, mode() | bits, uid, gid);
            run("chmod", octal(special() | mode()));
          }
        }
      }
    });
    for (int i = 0; i < 200; i++) {
      listed(i % 2 == 0 ? "file" : "dir", list());
      run("chmod", octal(special() | mode()));
    }
  }

  private void ownerChanges() {
    forOwners((uid, gid) -> {
      for (long newUid : new long[] {-1, 1000, OTHER}) {
        for (long newGid : new long[] {-1, 1000, 20, 3000}) {
          for (int mode : new int[] {0644, 0755, 04755, 02755, 02745, 06711}) {
            single(random.nextInt(4) == 0 ? "dir" : "file", mode, uid, gid);
            run("chown", newUid, newGid);
          }
          single("link", 0777, uid, gid);
          run("chown", newUid, newGid);
          single("file", 0755, uid, gid).with("security.capability", SampleImage.CAPABILITY);
          run("chown", newUid, newGid);
        }
      }
    });
  }

  private void writes() {
    for (String operation : List.of("write", "truncate", "open")) {
      forOwners((uid, gid) -> {
        for (int bits : SPECIAL_BITS) {
          for (int mode : new int[] {0666, 0777, 0676, 0622}) {
            PosixCases.Node file = single("file", mode | bits, uid, gid);
            if (random.nextInt(4) == 0) {
              file.with("security.capability", SampleImage.CAPABILITY);
            }
            switch (operation) {
              case "write" -> run("write");
              case "truncate" -> run("truncate", 5);
              default -> run("open", "wt");
            }
          }
        }
      });
    }
  }

  private void times() {
    forOwners((uid, gid) -> {
      for (String kind : List.of("file", "dir", "fifo", "link")) {
        single(kind, 0777, uid, gid);
        run("utimens");
      }
    });
  }

  private void attributes() {
    List<String> names = List.of(
        "user.a",
        "user.b",
        "user.",
        "trusted.a",
        "security.a",
        "security.capability",
        "system.a",
        "x.y");
    String value = HexFormat.of().formatHex(SampleImage.CAPABILITY);
    for (int i = 0; i < 1200; i++) {
      String kind = List.of("file", "dir", "dir", "fifo").get(random.nextInt(4));
      int sticky = random.nextBoolean() ? 01000 : 0;
      PosixCases.Node node = single(kind, random.nextInt(01000) | sticky, uid(), gid());
      if (!kind.equals("fifo")) {
        node.with("user.a", new byte[] {1});
        node.with("trusted.a", new byte[] {2});
      }
      if (kind.equals("file")) {
        node.with("security.capability", SampleImage.CAPABILITY);
      }
      String name = names.get(random.nextInt(names.size()));
      run("xattrs");
      if (!name.equals("user.")) { // EINVAL in the kernel; a view says that there is none
        run("xattr", name);
      }
      run("setxattr", name, value, List.of("SET", "CREATE", "REPLACE").get(i % 3));
      run("removexattr", name);
    }
  }

  private void listChanges() {
    for (int i = 0; i < 700; i++) {
      listed(List.of("file", "dir", "fifo").get(random.nextInt(3)), list());
      String name = random.nextInt(3) == 0 ? DEFAULT : ACCESS;
      byte[] value =
          random.nextInt(3) == 0 ? Lists.damaged(random, list()) : list().toBytes();
      run("setxattr", name, HexFormat.of().formatHex(value), "SET");
      run("xattr", name);
      run("removexattr", name);
    }
  }

  /** Many operations on one small tree, in which each meets what those before it have left. */
  private void sequences() {
    for (int i = 0; i < 25; i++) {
      cases.begin();
      for (String directory : List.of("a", "b", "a/c")) {
        directory(directory);
        entries(directory, "xy");
      }
      for (int step = 0; step < 60; step++) {
        step();
      }
    }
  }

  private void step() {
    String path = path();
    switch (random.nextInt(14)) {
      case 0, 1 -> cases.run("create", path, octal(special() | mode()), "w");
      case 2, 3 -> cases.run("mkdir", path, octal(mode() | random.nextInt(2) << 9));
      case 4 -> cases.run("unlink", path);
      case 5 -> cases.run("rmdir", path);
      case 6, 7 -> cases.run2("rename", path, path(), random.nextInt(3));
      case 8 -> cases.run("chmod", path, octal(special() | mode()));
      case 9 -> cases.run("chown", path, random.nextBoolean() ? -1 : uid(), gid());
      case 10 -> cases.run("write", path);
      case 11 -> cases.run("list", path);
      case 12 -> cases.run("access", path, "rwx".substring(random.nextInt(3)));
      default -> {
        String name = random.nextInt(3) == 0 ? ACCESS : DEFAULT;
        cases.run("setxattr", path, name, HexFormat.of().formatHex(list().toBytes()), "SET");
      }
    }
  }

  private String path() {
    StringBuilder path = new StringBuilder().append("ab".charAt(random.nextInt(2)));
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      path.append('/').append("cxy".charAt(random.nextInt(3)));
    }
    return path.toString();
  }

  private Acl list() {
    return Lists.valid(random, UIDS, GIDS);
  }
}
