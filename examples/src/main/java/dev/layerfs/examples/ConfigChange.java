package dev.layerfs.examples;

import dev.layerfs.oci.ConfigEditor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A change of a config, in the words of a Dockerfile, as {@code docker commit --change} takes them: {@code CMD ["sh"]},
 * {@code ENV A=b}, {@code EXPOSE 80}.
 */
final class ConfigChange {
  private static final List<String> SHELL = List.of("/bin/sh", "-c");

  private ConfigChange() {}

  /**
   * Makes a change.
   *
   * @param config what is changed
   * @param instruction one instruction
   * @throws IllegalArgumentException if it is none, or one that does not change the config
   */
  static void apply(ConfigEditor config, String instruction) {
    String text = instruction.strip();
    int space = text.indexOf(' ');
    String word = space < 0 ? text : text.substring(0, space);
    String rest = space < 0 ? "" : text.substring(space + 1).strip();
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("an instruction without arguments: " + instruction);
    }
    switch (word.toUpperCase(Locale.ROOT)) {
      case "CMD" -> config.cmd(command(rest));
      case "ENTRYPOINT" -> config.entrypoint(command(rest));
      case "ENV" -> pairs(rest).forEach(pair -> config.env(pair.key(), pair.value()));
      case "LABEL" -> pairs(rest).forEach(pair -> config.label(pair.key(), pair.value()));
      case "EXPOSE" -> words(rest).forEach(config::exposePort);
      case "VOLUME" -> (isArray(rest) ? array(rest) : words(rest)).forEach(config::volume);
      case "USER" -> config.user(rest);
      case "WORKDIR" -> config.workingDir(rest);
      case "STOPSIGNAL" -> config.stopSignal(rest);
      default -> throw new IllegalArgumentException("not an instruction for a config: " + word);
    }
  }

  /** A command is an array, or text for a shell. */
  private static List<String> command(String text) {
    if (isArray(text)) {
      return array(text);
    }
    List<String> command = new ArrayList<>(SHELL);
    command.add(text);
    return command;
  }

  private static boolean isArray(String text) {
    return text.startsWith("[");
  }

  private static List<String> array(String text) {
    List<String> strings = new ArrayList<>();
    if (!(JsonReader.unbounded().read(text.getBytes(StandardCharsets.UTF_8))
        instanceof List<?> elements)) {
      throw new IllegalArgumentException("not an array of strings: " + text);
    }
    for (Object element : elements) {
      if (!(element instanceof String string)) {
        throw new IllegalArgumentException("not an array of strings: " + text);
      }
      strings.add(string);
    }
    return strings;
  }

  /** A name with a value. */
  record Pair(String key, String value) {
    static Pair parse(String text) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("not NAME=VALUE: " + text);
      }
      return new Pair(text.substring(0, equals), text.substring(equals + 1));
    }
  }

  /** {@code A=b C=d}, or the old {@code A b}. */
  private static List<Pair> pairs(String text) {
    List<String> words = words(text);
    if (words.get(0).indexOf('=') < 0 && words.size() > 1) {
      String key = words.get(0);
      return List.of(new Pair(key, text.substring(key.length()).strip()));
    }
    return words.stream().map(Pair::parse).toList();
  }

  /** Splits at white space that is not quoted, by quotes of either kind or a backslash. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped = c == '\\' && quote != '\'' && i + 1 < text.length();
      if (escaped) {
        word.append(text.charAt(++i));
        inWord = true;
      } else if (quote == 0 ? c == '"' || c == '\'' : c == quote) {
        quote = quote == 0 ? c : 0;
        inWord = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote that does not end: " + text);
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
