package dev.layerfs.union.differential;

/** Writes system calls down as lines that {@code driver.py} reads. */
final class ScriptSyscalls implements Syscalls {
  private final StringBuilder script;

  ScriptSyscalls(StringBuilder script) {
    this.script = script;
  }

  /** Says where paths begin from now on. */
  void enter(String directory) {
    line("case", directory);
  }

  /** Asks for the tree that is there now. */
  void tree() {
    line("tree");
  }

  private void line(String... fields) {
    script.append(String.join("\t", fields)).append('\n');
  }

  private static String octal(int mode) {
    return Integer.toOctalString(mode);
  }

  @Override
  public void lstat(String path) {
    line("lstat", path);
  }

  @Override
  public void list(String path) {
    line("list", path);
  }

  @Override
  public void readLink(String path) {
    line("readlink", path);
  }

  @Override
  public void open(String path, Opening opening) {
    line("open", path, opening.name());
  }

  @Override
  public void writeFile(String path, String content) {
    line("write_file", path, content);
  }

  @Override
  public void mkdir(String path, int mode) {
    line("mkdir", path, octal(mode));
  }

  @Override
  public void rmdir(String path) {
    line("rmdir", path);
  }

  @Override
  public void unlink(String path) {
    line("unlink", path);
  }

  @Override
  public void symlink(String target, String path) {
    line("symlink", target, path);
  }

  @Override
  public void mkfifo(String path, int mode) {
    line("mkfifo", path, octal(mode));
  }

  @Override
  public void link(String existing, String path) {
    line("link", existing, path);
  }

  @Override
  public void rename(String from, String to, Renaming flag) {
    line("rename", from, to, flag.name());
  }

  @Override
  public void chmod(String path, int mode) {
    line("chmod", path, octal(mode));
  }

  @Override
  public void lchown(String path, int uid, int gid) {
    line("lchown", path, Integer.toString(uid), Integer.toString(gid));
  }

  @Override
  public void utimens(String path, long seconds) {
    line("utimens", path, Long.toString(seconds));
  }

  @Override
  public void truncate(String path, long size) {
    line("truncate", path, Long.toString(size));
  }

  @Override
  public void setXattr(String path, String name, String value) {
    line("setxattr", path, name, value);
  }

  @Override
  public void removeXattr(String path, String name) {
    line("removexattr", path, name);
  }
}
