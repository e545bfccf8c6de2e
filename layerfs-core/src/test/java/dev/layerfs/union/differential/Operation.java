package dev.layerfs.union.differential;

import dev.layerfs.posix.PosixException;
import dev.layerfs.union.differential.Syscalls.Opening;
import dev.layerfs.union.differential.Syscalls.Renaming;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the name {@code n}. Its companions: {@code of} and {@code od}, a file and an empty directory that were
 * made through the mount or view, and {@code lf} and {@code ed}, a file and an empty directory of the image.
 */
enum Operation {
  LSTAT("lstat", fs -> fs.lstat("n")),
  LIST("readdir_n", fs -> fs.list("n")),
  READ_LINK("readlink", fs -> fs.readLink("n")),
  OPEN_READ("open_r", fs -> fs.open("n", Opening.READ)),
  OPEN_WRITE("open_w", fs -> fs.open("n", Opening.WRITE)),
  OPEN_TRUNCATE("open_trunc", fs -> fs.open("n", Opening.TRUNCATE)),
  OPEN_APPEND("open_append", fs -> fs.open("n", Opening.APPEND)),
  CREATE_NEW("creat_excl", fs -> fs.open("n", Opening.CREATE_NEW)),
  MKDIR("mkdir", fs -> fs.mkdir("n", 0700)),
  RMDIR("rmdir", fs -> fs.rmdir("n")),
  UNLINK("unlink", fs -> fs.unlink("n")),
  SYMLINK("symlink", fs -> fs.symlink("new", "n")),
  MKFIFO("mkfifo", fs -> fs.mkfifo("n", 0600)),
  LINK_FROM("link_from", fs -> fs.link("n", "new")),
  LINK_TO("link_to", fs -> fs.link("of", "n")),
  RENAME_TO_NEW("ren_n_new", new Rename("n", "new", Renaming.REPLACE)),
  RENAME_UPPER_FILE("ren_of_n", new Rename("of", "n", Renaming.REPLACE)),
  RENAME_LOWER_FILE("ren_lf_n", new Rename("lf", "n", Renaming.REPLACE)),
  RENAME_UPPER_DIRECTORY("ren_od_n", new Rename("od", "n", Renaming.REPLACE)),
  RENAME_TO_LOWER_FILE("ren_n_lf", new Rename("n", "lf", Renaming.REPLACE)),
  RENAME_TO_LOWER_DIRECTORY("ren_n_ed", new Rename("n", "ed", Renaming.REPLACE)),
  RENAME_INTO_UPPER_DIRECTORY("ren_n_into_od", new Rename("n", "od/n", Renaming.REPLACE)),
  EXCHANGE_LOWER_FILE("xchg_n_lf", new Rename("n", "lf", Renaming.EXCHANGE)),
  EXCHANGE_UPPER_DIRECTORY("xchg_n_od", new Rename("n", "od", Renaming.EXCHANGE)),
  NOREPLACE("noreplace_lf_n", new Rename("lf", "n", Renaming.NOREPLACE)),
  CHMOD("chmod", fs -> fs.chmod("n", 0711)),
  LCHOWN("lchown", fs -> fs.lchown("n", 5, 6)),
  UTIMENS("utimens", fs -> fs.utimens("n", 1_000_000_000)),
  TRUNCATE("truncate", fs -> fs.truncate("n", 1)),
  SET_XATTR("setxattr", fs -> fs.setXattr("n", "trusted.t", "v")),
  REMOVE_XATTR("rmxattr", fs -> fs.removeXattr("n", "trusted.none")),
  CHILD_CREATE("child_create", fs -> fs.open("n/k", Opening.CREATE)),
  CHILD_UNLINK("child_unlink2", fs -> fs.unlink("n/c2"));

  private final String label;
  private final Step step;
  private final @Nullable Rename rename;

  /** A system call with its arguments. */
  private interface Step {
    void make(Syscalls fs) throws PosixException;
  }

  /**
   * The arguments of a rename.
   *
   * @param from the old name
   * @param to the new name
   * @param flag what happens to what has the new name
   */
  record Rename(String from, String to, Renaming flag) {}

  Operation(String label, Step step) {
    this.label = label;
    this.step = step;
    this.rename = null;
  }

  Operation(String label, Rename rename) {
    this.label = label;
    this.step = fs -> fs.rename(rename.from(), rename.to(), rename.flag());
    this.rename = rename;
  }

  /** Returns the name that the prototype gave it. */
  String label() {
    return label;
  }

  /** Returns the arguments, or null if this is no rename. */
  @Nullable
  Rename rename() {
    return rename;
  }

  /** Does it. */
  void run(Syscalls fs) throws PosixException {
    step.make(fs);
  }

  static Operation of(String label) {
    for (Operation operation : values()) {
      if (operation.label.equals(label)) {
        return operation;
      }
    }
    throw new IllegalArgumentException("no operation: " + label);
  }
}
