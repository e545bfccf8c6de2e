package dev.layerfs.examples;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import dev.layerfs.posix.PosixView;
import java.io.Closeable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;

/**
 * Answers requests, each an array of an operation's name and its arguments, in JSON. A request that can't be understood is
 * {@code EINVAL}, one for an operation that does not exist {@code ENOSYS}. For use by one thread.
 */
final class OpsSession implements Closeable {
  /** The longest request in bytes. */
  static final int MAX_LINE = 1 << 26;

  /** The most bytes of content in one answer: what a line of {@link #MAX_LINE} holds in base64. */
  static final int MAX_CONTENT = MAX_LINE / 4 * 3;

  /** More than any request needs; without a limit a short line could fill the memory with small values. */
  private static final int MAX_TOKENS = 100;

  private final JsonReader json = JsonReader.bounded(MAX_TOKENS);
  private final OpsHandles handles = new OpsHandles();
  private final OpsTable table = new OpsTable();

  /**
   * Begins a session.
   *
   * @param view what it works on; not closed
   */
  OpsSession(PosixView view) {
    OpsPaths paths = new OpsPaths(view);
    new OpsAttributes(view, paths).addTo(table);
    new OpsXattrs(view, paths).addTo(table);
    new OpsNames(view, paths).addTo(table);
    new OpsFiles(view, paths, handles).addTo(table);
  }

  /**
   * Does what a request asks for.
   *
   * @param line the request
   * @return {@code ok} with the result, or {@code errno} and {@code message}
   */
  Map<String, Object> answer(byte[] line) {
    try {
      return Map.of("ok", run(line));
    } catch (PosixException e) {
      return failure(e.errno(), e);
    } catch (JacksonException e) {
      return failure(Errno.EINVAL, new IllegalArgumentException(e.getOriginalMessage()));
    } catch (RuntimeException e) {
      return failure(Errno.EIO, e); // a bug, but the next request may not meet it
    }
  }

  private Object run(byte[] line) throws PosixException {
    if (line.length > MAX_LINE) {
      throw new PosixException(Errno.EINVAL, "a request of more than " + MAX_LINE + " bytes");
    }
    if (json.read(line) instanceof List<?> request
        && !request.isEmpty()
        && request.get(0) instanceof String operation) {
      return table.run(operation, request.subList(1, request.size()));
    }
    throw new PosixException(Errno.EINVAL, "a request is an array that begins with a name");
  }

  private static Map<String, Object> failure(Errno errno, Exception cause) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("errno", errno.name());
    answer.put("message", Failures.message(cause));
    return answer;
  }

  /** Closes every handle that is open. */
  @Override
  public void close() throws PosixException {
    handles.close();
  }
}
