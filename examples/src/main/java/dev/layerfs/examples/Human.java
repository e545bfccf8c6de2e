package dev.layerfs.examples;

import dev.layerfs.oci.Digest;
import dev.layerfs.posix.FileType;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Figures, times and names as people read them. */
final class Human {
  private static final String UNITS = "kMGTPE";
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
  private static final int BRIEF = 12;
  private static final long MINUTES = 60;
  private static final long HOURS = 60 * MINUTES;
  private static final long DAYS = 24 * HOURS;

  private Human() {}

  /**
   * Returns a number of bytes in decimal units, for example {@code 12.3 MB}.
   *
   * @param bytes the number, not negative
   * @return the number, rounded down to one decimal
   */
  static String size(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    long unit = 1000;
    int i = 0;
    while (i < UNITS.length() - 1 && bytes / unit >= 1000) {
      unit *= 1000;
      i++;
    }
    return String.format(
        Locale.ROOT, "%d.%d %cB", bytes / unit, bytes % unit / (unit / 10), UNITS.charAt(i));
  }

  /**
   * Returns how long ago something was, for example {@code 3 minutes ago}.
   *
   * @param then when it was
   * @param clock tells what time it is
   * @return the time passed in its largest unit; the date of a time to come
   */
  static String ago(Instant then, Clock clock) {
    long seconds = Duration.between(then, clock.instant()).toSeconds();
    if (seconds < 0) {
      return date(then.getEpochSecond(), clock);
    } else if (seconds < MINUTES) {
      return plural(seconds, "second");
    } else if (seconds < HOURS) {
      return plural(seconds / MINUTES, "minute");
    } else if (seconds < DAYS) {
      return plural(seconds / HOURS, "hour");
    } else if (seconds < 14 * DAYS) {
      return plural(seconds / DAYS, "day");
    } else if (seconds < 60 * DAYS) {
      return plural(seconds / (7 * DAYS), "week");
    } else if (seconds < 730 * DAYS) {
      return plural(seconds / (30 * DAYS), "month");
    }
    return plural(seconds / (365 * DAYS), "year");
  }

  /**
   * Returns how long ago something was that may not be known.
   *
   * @param then when it was
   * @param clock tells what time it is
   * @return as {@link #ago(Instant, Clock)}; nothing if it is not known
   */
  static String ago(Optional<Instant> then, Clock clock) {
    return then.map(t -> ago(t, clock)).orElse("");
  }

  /**
   * Returns the beginning of a digest: enough to tell images apart, and to name one.
   *
   * @param digest a digest
   * @return twelve digits
   */
  static String brief(Digest digest) {
    return digest.encoded().substring(0, Math.min(BRIEF, digest.encoded().length()));
  }

  private static String plural(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s") + " ago";
  }

  /**
   * Returns a point in time to the minute.
   *
   * @param epochSecond seconds since the epoch
   * @param clock tells the time zone
   * @return date and time; {@code @} and the seconds if there is no such date
   */
  static String date(long epochSecond, Clock clock) {
    try {
      return MINUTE.format(Instant.ofEpochSecond(epochSecond).atZone(clock.getZone()));
    } catch (DateTimeException e) {
      return "@" + epochSecond;
    }
  }

  /**
   * Returns type and permissions as {@code ls -l} shows them, for example {@code -rwsr-xr-x}.
   *
   * @param type the file type
   * @param mode permission, set-id and sticky bits
   * @return ten characters
   */
  static String mode(FileType type, int mode) {
    char[] text = "?rwxrwxrwx".toCharArray();
    text[0] = letter(type);
    for (int i = 1; i < text.length; i++) {
      if ((mode >> (9 - i) & 1) == 0) {
        text[i] = '-';
      }
    }
    mark(text, 3, (mode & 04000) != 0, 's');
    mark(text, 6, (mode & 02000) != 0, 's');
    mark(text, 9, (mode & 01000) != 0, 't');
    return new String(text);
  }

  private static void mark(char[] text, int at, boolean set, char mark) {
    if (set) {
      text[at] = text[at] == 'x' ? mark : Character.toUpperCase(mark);
    }
  }

  private static char letter(FileType type) {
    return switch (type) {
      case REGULAR -> '-';
      case DIRECTORY -> 'd';
      case SYMLINK -> 'l';
      case FIFO -> 'p';
      case SOCKET -> 's';
      case CHARACTER_DEVICE -> 'c';
      case BLOCK_DEVICE -> 'b';
    };
  }

  /**
   * Makes untrusted text fit for a terminal: control characters and characters that reorder text are shown in octal or
   * as {@code \}{@code u} escapes, and so are bytes that are not UTF-8.
   *
   * @param text any text
   * @return text of one line
   */
  static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isPlain(text, i)) {
        out.append(c);
      } else if (c >= 0xDC80 && c <= 0xDCFF) {
        out.append(String.format(Locale.ROOT, "\\%03o", c - 0xDC00));
      } else if (c < 0x80) {
        out.append(String.format(Locale.ROOT, "\\%03o", (int) c));
      } else {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return out.toString();
  }

  /**
   * Tells whether a character of untrusted text can be shown as it is.
   *
   * @param text any text
   * @param i index of the character
   * @return false for control characters, formatting characters, line separators and lone surrogates
   */
  static boolean isPlain(String text, int i) {
    char c = text.charAt(i);
    if (c >= ' ' && c < 0x7F) {
      return true;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
    int type = Character.getType(c);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
