package dev.layerfs.union;

import dev.layerfs.posix.Acl;
import dev.layerfs.posix.FileHandle;
import dev.layerfs.posix.FileType;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.OpenFlag;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import dev.layerfs.posix.RenameFlag;
import dev.layerfs.posix.Timespec;
import dev.layerfs.posix.XattrFlag;
import java.util.Map;
import java.util.Set;

/**
 * An operation on a view of {@link SampleImage} that may fail in the middle.
 *
 * @param prepare what is done before while all is well
 * @param act the operation
 */
record Scenario(Step prepare, Step act) {
  /** Something that is done to a view. */
  interface Step {
    void take(PosixView view) throws PosixException;
  }

  private static final Step NOTHING = view -> {};

  /** All, by what they are called. */
  static final Map<String, Scenario> ALL = Map.ofEntries(
      scenario("write", NOTHING, v -> Paths.write(v, "a/b", "new")),
      scenario("write a hard link", NOTHING, v -> Paths.write(v, "a/a", "new")),
      scenario(
          "truncate",
          NOTHING,
          v -> v.open(Paths.node(v, "b/a"), Set.of(OpenFlag.WRITE, OpenFlag.TRUNCATE))
              .close()),
      scenario("unlink", NOTHING, v -> Paths.unlink(v, "a/b")),
      scenario("unlink a hard link", NOTHING, v -> Paths.unlink(v, "a/c/b")),
      scenario(
          "unlink from the upper", v -> Paths.write(v, "a/b", "1"), v -> Paths.unlink(v, "a/b")),
      scenario("unlink while open", v -> Paths.write(v, "a/b", "1"), v -> {
        try (FileHandle file = v.open(Paths.node(v, "a/b"), Set.of(OpenFlag.READ))) {
          Paths.unlink(v, "a/b");
        }
      }),
      scenario("rename", NOTHING, v -> Paths.rename(v, "a/b", "c/x")),
      scenario("rename over", NOTHING, v -> Paths.rename(v, "a/b", "a/c/a")),
      scenario(
          "rename over a copy",
          v -> Paths.write(v, "a/c/a", "1"),
          v -> Paths.rename(v, "d", "a/c/a")),
      scenario("rename a directory", NOTHING, v -> Paths.rename(v, "a/c", "c/x")),
      scenario("rename a directory over", NOTHING, v -> Paths.rename(v, "a/c", "c")),
      scenario("exchange", NOTHING, v -> Paths.rename(v, "a/c", "e", RenameFlag.EXCHANGE)),
      scenario("create", NOTHING, v -> Paths.create(v, "c/new", FileType.REGULAR)),
      scenario(
          "create over a whiteout",
          v -> Paths.unlink(v, "d"),
          v -> Paths.create(v, "d", FileType.REGULAR)),
      scenario(
          "mkdir over a whiteout",
          v -> Paths.rmdir(v, "c"),
          v -> Paths.create(v, "c", FileType.DIRECTORY)),
      scenario("rmdir", NOTHING, v -> Paths.rmdir(v, "c")),
      scenario(
          "rmdir of whiteouts",
          v -> {
            Paths.unlink(v, "a/c/d/a");
            Paths.unlink(v, "a/c/d/b");
          },
          v -> Paths.rmdir(v, "a/c/d")),
      scenario("symlink", NOTHING, v -> Paths.symlink(v, "a/new", "b")),
      scenario("link", NOTHING, v -> Paths.link(v, "a/b", "c/new")),
      scenario("link a symbolic link", NOTHING, v -> Paths.link(v, "e", "c/new")),
      scenario("chmod", NOTHING, v -> v.chmod(Paths.node(v, "b/a"), 0600)),
      scenario("chown", NOTHING, v -> v.chown(Paths.node(v, "b/a"), 3, 4)),
      scenario(
          "chown of a copy",
          v -> v.chmod(Paths.node(v, "b/a"), 06755),
          v -> v.chown(Paths.node(v, "b/a"), 3, 4)),
      scenario("chown of a link", NOTHING, v -> v.chown(Paths.node(v, "e"), 3, 4)),
      scenario(
          "times",
          NOTHING,
          v -> v.utimens(Paths.node(v, "a/c"), new Timespec(1, 2), new Timespec(3, 4))),
      scenario(
          "attribute",
          NOTHING,
          v -> v.setXattr(Paths.node(v, "a"), Name.of("user.x"), new byte[9], XattrFlag.SET)),
      scenario(
          "attribute gone",
          NOTHING,
          v -> v.removeXattr(Paths.node(v, "b/a"), Name.of("user.note"))),
      scenario("access list", NOTHING, v -> setList(v, "b/a", Acl.ACCESS)),
      scenario(
          "access list of a copy",
          v -> v.chmod(Paths.node(v, "b/a"), 02711),
          v -> setList(v, "b/a", Acl.ACCESS)),
      scenario(
          "access list gone",
          v -> setList(v, "b/a", Acl.ACCESS),
          v -> v.removeXattr(Paths.node(v, "b/a"), Acl.ACCESS)),
      scenario(
          "chmod of a list",
          v -> setList(v, "b/a", Acl.ACCESS),
          v -> v.chmod(Paths.node(v, "b/a"), 04711)),
      scenario("default list", NOTHING, v -> setList(v, "c", Acl.DEFAULT)),
      scenario(
          "inherited lists",
          v -> setList(v, "c", Acl.DEFAULT),
          v -> Paths.create(v, "c/new", FileType.DIRECTORY)));

  private static void setList(PosixView view, String path, Name name) throws PosixException {
    byte[] list = Lists.of("u::rwx,u:7:r-x,g::r--,m::rwx,o::---").toBytes();
    view.setXattr(Paths.node(view, path), name, list, XattrFlag.SET);
  }

  private static Map.Entry<String, Scenario> scenario(String name, Step prepare, Step act) {
    return Map.entry(name, new Scenario(prepare, act));
  }
}
