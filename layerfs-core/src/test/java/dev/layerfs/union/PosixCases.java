package dev.layerfs.union;

import dev.layerfs.posix.Identity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Small trees and operations on them. Each case has a directory of its own at the root, so that all of them are one tree and
 * one run of {@code posix-actor.py}, whose words the operations use. Paths are given within the case's directory.
 */
final class PosixCases {
  final Identity identity;
  final List<Node> nodes = new ArrayList<>();
  final List<Binding> bindings = new ArrayList<>();
  final List<Operation> operations = new ArrayList<>();

  private String directory = "";
  private int count;

  /** Begins with no cases, whose operations an identity does. */
  PosixCases(Identity identity) {
    this.identity = identity;
  }

  /** An object that is there before the operations; root makes it. */
  record Node(
      String kind,
      String path,
      int mode,
      long uid,
      long gid,
      String target,
      Map<String, byte[]> xattrs) {

    /** Gives the object an attribute. */
    Node with(String name, byte[] value) {
      xattrs.put(name, value);
      return this;
    }

    List<String> words() {
      List<String> words =
          new ArrayList<>(List.of("node", kind, path, Integer.toOctalString(mode)));
      words.addAll(List.of(Long.toString(uid), Long.toString(gid), target));
      xattrs.forEach((name, value) -> words.add(name + "=" + HexFormat.of().formatHex(value)));
      return words;
    }
  }

  /**
   * What is mounted before the operations.
   *
   * @param source the path of what is mounted
   * @param target the path where
   * @param readOnly whether nothing can be changed there
   */
  record Binding(String source, String target, boolean readOnly) {}

  /** What is done. */
  record Operation(String name, List<String> arguments) {
    List<String> words() {
      List<String> words = new ArrayList<>(List.of("do", name));
      words.addAll(arguments);
      return words;
    }

    String argument(int index) {
      return arguments.get(index);
    }

    /** Returns the paths of what the operation changes. */
    List<String> paths() {
      boolean two = name.equals("link") || name.equals("rename");
      return arguments.subList(0, two ? 2 : 1);
    }

    @Override
    public String toString() {
      return name + " " + String.join(" ", arguments);
    }
  }

  /** Returns some of the cases: one in so many. */
  PosixCases sample(Random random, int oneIn) {
    Set<String> chosen = new HashSet<>();
    for (int i = 1; i <= count; i++) {
      if (random.nextInt(oneIn) == 0) {
        chosen.add("c" + i);
      }
    }
    PosixCases sample = new PosixCases(identity);
    nodes.stream().filter(n -> chosen.contains(caseOf(n.path()))).forEach(sample.nodes::add);
    bindings.stream()
        .filter(b -> chosen.contains(caseOf(b.target())))
        .forEach(sample.bindings::add);
    operations.stream()
        .filter(o -> chosen.contains(caseOf(o.argument(0))))
        .forEach(sample.operations::add);
    return sample;
  }

  /** Begins a case, in a directory that everybody may search. */
  PosixCases begin() {
    count++;
    directory = "c" + count;
    nodes.add(new Node("dir", directory, 0755, 0, 0, "", new TreeMap<>()));
    return this;
  }

  /** Adds an object that exists before the operations; symbolic links lead nowhere. */
  Node node(String kind, String path, int mode, long uid, long gid) {
    String target = kind.equals("link") ? "nowhere" : "";
    Node node = new Node(kind, path(path), mode, uid, gid, target, new TreeMap<>());
    nodes.add(node);
    return node;
  }

  /** Mounts an object of the case at another. */
  void bind(String source, String target, boolean readOnly) {
    bindings.add(new Binding(path(source), path(target), readOnly));
  }

  /** Adds an operation on a path. */
  void run(String operation, String path, Object... more) {
    List<String> arguments = new ArrayList<>(List.of(path(path)));
    Arrays.stream(more).map(Object::toString).forEach(arguments::add);
    operations.add(new Operation(operation, arguments));
  }

  /** Adds an operation on two paths. */
  void run2(String operation, String path, String other, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(path(other)));
    arguments.addAll(List.of(more));
    run(operation, path, arguments.toArray());
  }

  private String path(String path) {
    return path.isEmpty() ? directory : directory + "/" + path;
  }

  /** Returns the case that a path belongs to. */
  static String caseOf(String path) {
    int end = path.indexOf('/');
    return end < 0 ? path : path.substring(0, end);
  }

  /** Returns the input of {@code posix-actor.py}. */
  String script() {
    StringBuilder out =
        new StringBuilder("as\t").append(identity.toString().replace(':', '\t')).append('\n');
    nodes.forEach(node -> out.append(String.join("\t", node.words())).append('\n'));
    for (Binding bound : bindings) {
      String mode = bound.readOnly() ? "ro" : "rw";
      out.append(String.join("\t", "mount", bound.source(), bound.target(), mode))
          .append('\n');
    }
    operations.forEach(op -> out.append(String.join("\t", op.words())).append('\n'));
    return out.toString();
  }
}
