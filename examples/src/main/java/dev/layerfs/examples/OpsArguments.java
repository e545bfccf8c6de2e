package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.Name;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.Timespec;
import java.math.BigInteger;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an operation, by type. One that has another type than is asked for, or a value that no program could give
 * the kernel, is {@code EINVAL}.
 */
final class OpsArguments {
  private static final int MAX_MODE_DIGITS = 7; // S_IFMT and the permissions

  private final String operation;
  private final List<? extends @Nullable Object> values;

  /**
   * Takes arguments as they were read.
   *
   * @param operation the name of the operation, for messages
   * @param values its arguments
   */
  OpsArguments(String operation, List<? extends @Nullable Object> values) {
    this.operation = operation;
    this.values = values;
  }

  /** Tells whether an argument that may be left out is there. */
  boolean has(int index) {
    return index < values.size();
  }

  /** Returns an argument as it is. */
  @Nullable
  Object value(int index) {
    return values.get(index);
  }

  String text(int index) throws PosixException {
    if (value(index) instanceof String text) {
      return text;
    }
    throw invalid(index, "a string");
  }

  /** Returns the bytes that a text stands for: those of a path, or of a symbolic link's target. */
  byte[] path(int index) throws PosixException {
    try {
      return Name.encode(text(index));
    } catch (IllegalArgumentException e) {
      throw invalid(index, "text whose lone surrogates are U+DC80 to U+DCFF");
    }
  }

  /** Returns bytes that came in base64. */
  byte[] data(int index) throws PosixException {
    try {
      return Base64.getDecoder().decode(text(index));
    } catch (IllegalArgumentException e) {
      throw invalid(index, "base64");
    }
  }

  long integer(int index) throws PosixException {
    return integer(value(index), index);
  }

  private long integer(@Nullable Object value, int index) throws PosixException {
    if (value instanceof BigInteger number && number.bitLength() < Long.SIZE) {
      return number.longValue();
    }
    throw invalid(index, "an integer of 64 bits");
  }

  /** Returns a size or an offset, which is not negative. */
  long size(int index) throws PosixException {
    long size = integer(index);
    if (size < 0) {
      throw invalid(index, "a number that is not negative");
    }
    return size;
  }

  /** Returns permission, set-id and sticky bits. As the kernel does, leaves out all other bits. */
  int mode(int index) throws PosixException {
    String digits = text(index);
    boolean octal = digits.chars().allMatch(digit -> digit >= '0' && digit <= '7');
    if (digits.isEmpty() || digits.length() > MAX_MODE_DIGITS || !octal) {
      throw invalid(index, "a mode of octal digits");
    }
    return Integer.parseInt(digits, 8) & 07777;
  }

  /**
   * Returns a point in time.
   *
   * @return the time, or null if it is to be left as it is
   */
  @Nullable
  Timespec time(int index) throws PosixException {
    Object value = value(index);
    if (value == null) {
      return null;
    }
    if (value instanceof BigInteger nanos) {
      try {
        return RootFile.timespec(nanos);
      } catch (ArithmeticException e) {
        throw invalid(index, "a time in nanoseconds, its seconds of 64 bits");
      }
    }
    throw invalid(index, "an integer or null");
  }

  /** Returns two numbers of 32 bits: those of a device. */
  int[] pair(int index) throws PosixException {
    if (has(index) && value(index) instanceof List<?> list && list.size() == 2) {
      long first = integer(list.get(0), index);
      long second = integer(list.get(1), index);
      if (first == (int) first && second == (int) second) {
        return new int[] {(int) first, (int) second};
      }
    }
    throw invalid(index, "an array of two numbers");
  }

  /**
   * Returns flags: an array of names, which may be left out. One name may stand alone, and 0 says none, as in C.
   *
   * @param index which argument
   * @param type what the names are of
   * @param prefix what C puts before the names, and may be there
   * @return the flags
   */
  <E extends Enum<E>> Set<E> flags(int index, Class<E> type, String prefix) throws PosixException {
    Set<E> flags = EnumSet.noneOf(type);
    Object value = has(index) ? value(index) : List.of();
    if (BigInteger.ZERO.equals(value)) {
      return flags;
    }
    for (Object name : value instanceof List<?> list ? list : List.of(text(index))) {
      flags.add(flag(index, name, type, prefix));
    }
    return flags;
  }

  private <E extends Enum<E>> E flag(int index, @Nullable Object name, Class<E> type, String prefix)
      throws PosixException {
    if (name instanceof String text) {
      for (E flag : type.getEnumConstants()) {
        if (text.equals(flag.name()) || text.equals(prefix + flag.name())) {
          return flag;
        }
      }
    }
    throw invalid(index, "an array with names of " + Set.of(type.getEnumConstants()));
  }

  /** Returns the failure of an argument that is not what it must be. */
  PosixException invalid(int index, String expected) {
    return new PosixException(
        Errno.EINVAL, operation + ": argument " + (index + 1) + " is not " + expected);
  }
}
