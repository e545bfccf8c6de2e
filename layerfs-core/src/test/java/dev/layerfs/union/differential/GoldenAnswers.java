package dev.layerfs.union.differential;

import dev.layerfs.json.Json;
import dev.layerfs.json.JsonObject;
import dev.layerfs.json.JsonReader;
import dev.layerfs.posix.FileType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What a kernel once answered to the prototype's enumeration, kept outside of the project. Found by the system property
 * {@code layerfs.shared} or as {@code ../shared} beside the project; absent on most machines.
 */
final class GoldenAnswers {
  private static final String FILE = "tools/differential/golden-depth1.json.gz";
  private static final int MAX_BYTES = 1 << 26;

  /** Type and mode, content, target, links, marks: {@code f640:U n1 {origin=*}}. */
  private static final Pattern ENTRY =
      Pattern.compile("([fdlcp])([0-7]+)(?::(.*?))?(?:>(.*?))?(?: n(\\d+))?(?: \\{(.*)\\})?");

  /** The kernel's own notes, which nobody needs to read an upper. */
  private static final Set<String> NOTES = Set.of("origin=*", "impure=y");

  private GoldenAnswers() {}

  /**
   * What the kernel answered.
   *
   * @param question the case
   * @param outcome the answer
   */
  record Answer(Case question, Outcome outcome) {}

  /** Returns the file, if it is on this machine. */
  static Optional<Path> file() {
    String property = System.getProperty("layerfs.shared");
    Stream<Path> roots = property != null
        ? Stream.of(Path.of(property))
        : Stream.of(Path.of("../shared"), Path.of("../../shared"), Path.of("../../../shared"));
    return roots.map(root -> root.resolve(FILE)).filter(Files::isRegularFile).findFirst();
  }

  static List<Answer> read(Path file) throws IOException {
    byte[] document;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      document = in.readAllBytes();
    }
    List<Answer> answers = new ArrayList<>();
    for (Json row : array(new JsonReader(MAX_BYTES, 10).read(document, "golden answers"))) {
      List<Json> fields = array(row);
      List<ObjectKind> kinds = texts(fields.get(0)).stream().map(ObjectKind::of).toList();
      State state = new State(kinds.get(0), kinds.get(1), kinds.get(2), Metadata.PLAIN);
      List<Operation> operations =
          texts(fields.get(1)).stream().map(Operation::of).toList();
      answers.add(new Answer(
          new Case(answers.size(), state, operations),
          new Outcome(texts(fields.get(2)), tree(fields.get(3)), tree(fields.get(4)))));
    }
    return answers;
  }

  private static List<Json> array(Json json) {
    return ((Json.Array) json).elements();
  }

  private static List<String> texts(Json json) {
    return array(json).stream().map(text -> ((Json.Text) text).value()).toList();
  }

  private static Tree tree(Json json) throws IOException {
    JsonObject object = (JsonObject) json;
    SortedMap<String, TreeEntry> entries = new TreeMap<>();
    for (String path : object.names()) {
      entries.put(path, entry(object.string(path)));
    }
    return new Tree(entries);
  }

  private static TreeEntry entry(String text) {
    Matcher m = ENTRY.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("not an entry: " + text);
    }
    FileType type = type(m.group(1));
    if (type == FileType.CHARACTER_DEVICE) {
      return TreeEntry.WHITEOUT; // the prototype knew no other
    }
    String content = m.group(3) != null ? m.group(3) : m.group(4) != null ? m.group(4) : "";
    int links = m.group(5) == null ? 0 : Integer.parseInt(m.group(5));
    Set<String> marks =
        m.group(6) == null ? new HashSet<>() : new HashSet<>(List.of(m.group(6).split(",")));
    marks.removeAll(NOTES);
    return TreeEntry.of(type, Integer.parseInt(m.group(2), 8), content, links).withMarks(marks);
  }

  private static FileType type(String letter) {
    return switch (letter) {
      case "f" -> FileType.REGULAR;
      case "d" -> FileType.DIRECTORY;
      case "l" -> FileType.SYMLINK;
      case "p" -> FileType.FIFO;
      default -> FileType.CHARACTER_DEVICE;
    };
  }
}
