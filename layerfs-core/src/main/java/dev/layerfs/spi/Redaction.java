package dev.layerfs.spi;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Takes secrets out of what is shown of a volume's place. */
public final class Redaction {
  /** What stands where a secret was. */
  public static final String HIDDEN = "***";

  /** {@code user:password@} of a URI, also of one that is none to Java, or of {@code //user:password@host/share}. */
  private static final Pattern USER_INFO = Pattern.compile("(//[^/@:]*):[^/]*@");

  private static final List<String> SECRETS =
      List.of("pass", "pw", "secret", "token", "key", "credential");

  private Redaction() {}

  /**
   * Returns a URI in which something else stands for the password of a user that it names, if it has one: whoever opens the file
   * system has that from elsewhere. There are providers that find an open file system by the user alone, but insist on a password.
   *
   * @param uri any URI, also one within another, as {@code jar:} has it
   * @return the same, or the same with {@value #HIDDEN} for the password
   */
  public static URI withoutPassword(URI uri) {
    String text = uri.toString();
    String without = text(text);
    return without.equals(text) ? uri : URI.create(without);
  }

  /**
   * Returns a URI's text without its password and without the values of its query.
   *
   * @param uri any URI
   * @return text to be shown, which need not be a URI
   */
  public static String uri(URI uri) {
    String text = text(uri.toString());
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query + 1) + HIDDEN;
  }

  /**
   * Returns a device or other text without the password of a user that it names.
   *
   * @param text any text
   * @return text to be shown
   */
  public static String text(String text) {
    return USER_INFO.matcher(text).replaceAll("$1:" + HIDDEN + "@");
  }

  /**
   * Returns options of {@code mount(8)} without the values of those whose names speak of secrets.
   *
   * @param options options, each with its value if it has one
   * @return options to be shown
   */
  public static List<String> options(List<String> options) {
    return options.stream().map(Redaction::option).toList();
  }

  private static String option(String option) {
    int equals = option.indexOf('=');
    if (equals < 0) {
      return text(option);
    }
    String name = option.substring(0, equals).toLowerCase(Locale.ROOT);
    if (SECRETS.stream().anyMatch(name::contains)) {
      return option.substring(0, equals + 1) + HIDDEN;
    }
    int percent = option.indexOf('%', equals); // mount.cifs takes user=NAME%PASSWORD
    return name.startsWith("user") && percent > 0
        ? option.substring(0, percent + 1) + HIDDEN
        : text(option);
  }
}
