package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations that there are, by name. */
final class OpsTable {
  private final Map<String, Operation> operations = new HashMap<>();

  /** An operation that answers with something. */
  interface Query {
    Object run(OpsArguments arguments) throws PosixException;
  }

  /** An operation that answers only that it was done. */
  interface Change {
    void run(OpsArguments arguments) throws PosixException;
  }

  private record Operation(int least, int most, Query query) {}

  /**
   * Adds an operation with a result.
   *
   * @param name its name
   * @param count how many arguments it has
   * @param query what it does
   */
  void query(String name, int count, Query query) {
    query(name, count, count, query);
  }

  /**
   * Adds an operation with a result, and with arguments that may be left out.
   *
   * @param name its name
   * @param least how many arguments it has at least
   * @param most how many arguments it has at most
   * @param query what it does
   */
  void query(String name, int least, int most, Query query) {
    operations.put(name, new Operation(least, most, query));
  }

  /**
   * Adds an operation whose result is {@code true}.
   *
   * @param name its name
   * @param count how many arguments it has
   * @param change what it does
   */
  void change(String name, int count, Change change) {
    change(name, count, count, change);
  }

  /**
   * Adds an operation whose result is {@code true}, and with arguments that may be left out.
   *
   * @param name its name
   * @param least how many arguments it has at least
   * @param most how many arguments it has at most
   * @param change what it does
   */
  void change(String name, int least, int most, Change change) {
    query(name, least, most, arguments -> {
      change.run(arguments);
      return true;
    });
  }

  /**
   * Runs an operation.
   *
   * @param name its name
   * @param arguments its arguments
   * @return its result, as {@link Json} writes it
   * @throws PosixException {@code ENOSYS} if there is none of that name, {@code EINVAL} if the arguments are not those it
   *     has, or why it fails
   */
  Object run(String name, List<? extends @Nullable Object> arguments) throws PosixException {
    Operation operation = operations.get(name);
    if (operation == null) {
      throw new PosixException(Errno.ENOSYS, name);
    }
    if (arguments.size() < operation.least || arguments.size() > operation.most) {
      String count = operation.least == operation.most
          ? String.valueOf(operation.least)
          : operation.least + " to " + operation.most;
      throw new PosixException(
          Errno.EINVAL, name + ": " + arguments.size() + " arguments instead of " + count);
    }
    return operation.query.run(new OpsArguments(name, arguments));
  }
}
