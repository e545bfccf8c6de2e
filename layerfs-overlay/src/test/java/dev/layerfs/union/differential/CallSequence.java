package dev.layerfs.union.differential;

import dev.layerfs.posix.PosixException;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.union.differential.Syscalls.Opening;
import dev.layerfs.union.differential.Syscalls.Renaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A seeded sequence of system calls on a small tree of its own, which consists of objects of every kind and place: of one
 * layer or two, hidden by whiteouts or opaque directories, empty or not.
 */
final class CallSequence {
  private static final String[] NAMES = {"a", "b", "d", "f", "l", "n"};

  /** Some are called as the kernel's own marks are. */
  private static final String[] XATTRS = {"user.t", "user.overlay.t", "user.overlay.opaque"};

  private final String directory;
  private final List<Call> calls;

  /** A system call with its arguments. */
  record Call(String label, Step step) {}

  /** Makes a system call. */
  interface Step {
    void make(Syscalls fs) throws PosixException;
  }

  private CallSequence(String directory, List<Call> calls) {
    this.directory = directory;
    this.calls = calls;
  }

  /**
   * Makes a sequence.
   *
   * @param directory the name of the tree's directory, one for each sequence of an image
   * @param seed what it depends on
   * @param length how many calls
   */
  static CallSequence of(String directory, long seed, int length) {
    Random random = new Random(seed);
    List<Call> calls = new ArrayList<>();
    while (calls.size() < length) {
      calls.add(random(random));
    }
    return new CallSequence(directory, calls);
  }

  /** Returns the sequence without some calls. */
  CallSequence without(Predicate<Call> leftOut) {
    return new CallSequence(directory, calls.stream().filter(leftOut.negate()).toList());
  }

  /** Returns an image with the trees of some sequences, with device nodes or without. */
  static TestImage image(Iterable<String> directories, boolean devices) {
    TarBuilder first = new TarBuilder();
    TarBuilder second = new TarBuilder();
    for (String directory : directories) {
      first.directory(directory + "/");
      first
          .directory(directory + "/a/")
          .file(directory + "/a/f", "1")
          .file(directory + "/a/n", "1");
      first.directory(directory + "/a/d/").file(directory + "/a/d/f", "1");
      first.directory(directory + "/a/b/");
      first.directory(directory + "/b/").file(directory + "/b/f", "1");
      first.directory(directory + "/b/d/").file(directory + "/b/d/n", "1");
      first.symlink(directory + "/l", "a").symlink(directory + "/a/l", "f");
      first.fifo(directory + "/n");
      if (devices) {
        first.characterDevice(directory + "/b/n", 60, 1);
      }
      second.directory(directory + "/").whiteout(directory + "/a/", "n");
      second.directory(directory + "/a/").file(directory + "/a/f", "22");
      second.directory(directory + "/b/").opaque(directory + "/b/d/");
      second.file(directory + "/b/d/f", "2").file(directory + "/f", "2");
      second.directory(directory + "/d/").directory(directory + "/d/a/");
      second.file(directory + "/d/a/f", "2").symlink(directory + "/d/l", "../b");
    }
    return new TestImage().layer(first).layer(second);
  }

  private static String path(Random random) {
    StringBuilder path = new StringBuilder(NAMES[random.nextInt(NAMES.length)]);
    for (int depth = random.nextInt(3); depth > 0; depth--) {
      path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
    }
    return path.toString();
  }

  private static Call random(Random random) {
    String path = path(random);
    String other = path(random);
    int mode = random.nextInt(01000);
    return switch (random.nextInt(24)) {
      case 0 -> new Call("lstat " + path, fs -> fs.lstat(path));
      case 1 -> new Call("list " + path, fs -> fs.list(path));
      case 2 -> new Call("readlink " + path, fs -> fs.readLink(path));
      case 3, 4 -> open(path, Opening.values()[random.nextInt(Opening.values().length)]);
      case 5, 6 -> new Call("write " + path, fs -> fs.writeFile(path, "new"));
      case 7, 8, 9 -> new Call("mkdir " + path, fs -> fs.mkdir(path, mode | 0700));
      case 10, 11 -> new Call("rmdir " + path, fs -> fs.rmdir(path));
      case 12, 13 -> new Call("unlink " + path, fs -> fs.unlink(path));
      case 14 -> new Call("symlink " + path, fs -> fs.symlink(other, path));
      case 15 -> new Call("mkfifo " + path, fs -> fs.mkfifo(path, mode));
      case 16 -> new Call("link " + path + " " + other, fs -> fs.link(path, other));
      case 17 -> new Call("chmod " + path, fs -> fs.chmod(path, mode | 0700));
      case 18 -> attribute(random, path);
      default -> rename(random, path, other);
    };
  }

  private static Call open(String path, Opening opening) {
    return new Call("open " + opening + " " + path, fs -> fs.open(path, opening));
  }

  private static Call rename(Random random, String from, String to) {
    Renaming flag = Renaming.values()[random.nextInt(Renaming.values().length)];
    return new Call("rename " + flag + " " + from + " " + to, fs -> fs.rename(from, to, flag));
  }

  private static Call attribute(Random random, String path) {
    int value = random.nextInt(1000);
    return switch (random.nextInt(5)) {
      case 0 -> new Call("lchown " + path, fs -> fs.lchown(path, value, value + 1));
      case 1 -> new Call("utimens " + path, fs -> fs.utimens(path, 1_000_000L * value));
      case 2 -> new Call("truncate " + path, fs -> fs.truncate(path, value));
      case 3 -> {
        String name = XATTRS[value % XATTRS.length];
        yield new Call("setxattr " + path + " " + name, fs -> fs.setXattr(path, name, "y"));
      }
      default -> {
        String name = XATTRS[value % XATTRS.length];
        yield new Call("rmxattr " + path + " " + name, fs -> fs.removeXattr(path, name));
      }
    };
  }

  /** Returns the name of the tree's directory. */
  String directory() {
    return directory;
  }

  /** Returns the calls. */
  List<Call> calls() {
    return calls;
  }

  /** Describes what was done before a call. */
  String before(int call) {
    return "before it, in " + directory + ": "
        + calls.subList(0, call).stream().map(Call::label).toList();
  }
}
