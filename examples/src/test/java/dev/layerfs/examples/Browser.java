package dev.layerfs.examples;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A headless Chromium with one page, driven by the DevTools protocol over a pipe. */
final class Browser implements AutoCloseable {
  private static final String PROGRAM = "/usr/bin/chromium";

  private final Process process;
  private final List<String> problems = new ArrayList<>();
  private final String session;
  private int calls;

  private Browser(Process process) throws IOException {
    this.process = process;
    Map<?, ?> created = call(null, "Target.createTarget", Map.of("url", "about:blank"));
    Map<?, ?> attached = call(
        null,
        "Target.attachToTarget",
        Map.of("targetId", Objects.requireNonNull(created.get("targetId")), "flatten", true));
    session = String.valueOf(attached.get("sessionId"));
    for (String domain : new String[] {"Page", "Runtime", "Log", "Network", "Accessibility"}) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Tells whether there is one here. */
  static boolean isInstalled() {
    return Files.isExecutable(Path.of(PROGRAM));
  }

  /**
   * Starts one.
   *
   * @param directory an empty directory, for its profile
   */
  static Browser start(Path directory) throws IOException {
    // Chromium's pipe is on descriptors 3 and 4; root can't have its sandbox.
    String command = "exec " + PROGRAM + " --headless --no-sandbox --disable-gpu --no-first-run"
        + " --disable-dev-shm-usage --hide-scrollbars --remote-debugging-pipe --user-data-dir=\"$0\""
        + " 3<&0 4>&1 </dev/null >/dev/null 2>\"$0.log\"";
    Process process = new ProcessBuilder("sh", "-c", command, directory.toString()).start();
    try {
      return new Browser(process);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Opens a page, and waits until it shows what it is to show. */
  void open(Path page) throws IOException {
    problems.clear();
    call("Page.navigate", Map.of("url", page.toUri().toString()));
    evaluate("new Promise(done => { const look = () => document.readyState === 'complete' &&"
        + " document.querySelector('#main')?.getAttribute('aria-busy') === 'false'"
        + " ? done() : setTimeout(look, 10); look(); })");
  }

  /** Evaluates an expression in the page; a promise is waited for. Returns what JSON can say of its value. */
  @Nullable
  Object evaluate(String expression) throws IOException {
    Map<?, ?> answer = call(
        "Runtime.evaluate",
        Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (answer.get("exceptionDetails") != null) {
      throw new IOException(expression + ": " + answer.get("exceptionDetails"));
    }
    return ((Map<?, ?>) Objects.requireNonNull(answer.get("result"))).get("value");
  }

  /** Evaluates an expression after the next time the page was drawn. */
  String text(String expression) throws IOException {
    return String.valueOf(evaluate("new Promise(done => requestAnimationFrame(() =>"
        + " requestAnimationFrame(() => done(" + expression + "))))"));
  }

  /** Presses and releases a key, named as in {@code KeyboardEvent.key}. */
  void press(String key) throws IOException {
    Map<String, Object> down = new LinkedHashMap<>(Map.of("type", "keyDown", "key", key));
    if (key.length() == 1) {
      down.put("text", key);
    }
    int code = keyCode(key);
    if (code > 0) {
      down.put("windowsVirtualKeyCode", code);
    }
    call("Input.dispatchKeyEvent", down);
    call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
  }

  private static int keyCode(String key) {
    return switch (key) {
      case "Tab" -> 9;
      case "Enter" -> 13;
      case "Escape" -> 27;
      default -> 0;
    };
  }

  /** Types a text. */
  void type(String text) throws IOException {
    call("Input.insertText", Map.of("text", text));
  }

  /** Changes the window: its size, and whether its user likes it dark. */
  void window(int width, int height, boolean dark) throws IOException {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** Returns role and name of what assistive technology is told of an element. */
  String accessible(String selector) throws IOException {
    Map<?, ?> root = call("DOM.getDocument", Map.of("depth", 0));
    Object rootId = ((Map<?, ?>) Objects.requireNonNull(root.get("root"))).get("nodeId");
    Object node = call(
            "DOM.querySelector",
            Map.of("nodeId", Objects.requireNonNull(rootId), "selector", selector))
        .get("nodeId");
    Map<?, ?> tree = call(
        "Accessibility.getPartialAXTree",
        Map.of("nodeId", Objects.requireNonNull(node), "fetchRelatives", false));
    Map<?, ?> first = (Map<?, ?>) ((List<?>) Objects.requireNonNull(tree.get("nodes"))).get(0);
    return value(first.get("role")) + " " + value(first.get("name"));
  }

  private static Object value(@Nullable Object property) {
    Object value = property instanceof Map<?, ?> map ? map.get("value") : null;
    return value == null ? "" : value;
  }

  /** Returns the window as a PNG. */
  byte[] screenshot() throws IOException {
    text("0");
    return Base64.getDecoder()
        .decode(String.valueOf(call("Page.captureScreenshot", Map.of()).get("data")));
  }

  /** Returns what went wrong in the page, what its policy refused, and what it asked the network for. */
  List<String> problems() throws IOException {
    text("0");
    return problems;
  }

  private Map<?, ?> call(String method, Map<String, ?> parameters) throws IOException {
    return call(session, method, parameters);
  }

  private Map<?, ?> call(@Nullable String target, String method, Map<String, ?> parameters)
      throws IOException {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("id", ++calls);
    request.put("method", method);
    request.put("params", parameters);
    if (target != null) {
      request.put("sessionId", target);
    }
    process
        .getOutputStream()
        .write((Json.toString(request) + "\0").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    while (true) {
      Map<?, ?> message = receive();
      if (String.valueOf(calls).equals(String.valueOf(message.get("id")))) {
        if (message.get("error") != null) {
          throw new IOException(method + ": " + message.get("error"));
        }
        return (Map<?, ?>) Objects.requireNonNull(message.get("result"));
      }
      note(message);
    }
  }

  private void note(Map<?, ?> event) {
    String method = String.valueOf(event.get("method"));
    String what = String.valueOf(event.get("params"));
    boolean request = method.equals("Network.requestWillBeSent")
        && !what.contains("url=file:")
        && !what.contains("url=about:");
    if (request
        || method.equals("Runtime.exceptionThrown")
        || method.equals("Log.entryAdded")
        || method.equals("Runtime.consoleAPICalled")) {
      problems.add(method + " " + what);
    }
  }

  private Map<?, ?> receive() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    InputStream in = process.getInputStream(); // buffered
    for (int b = in.read(); b != 0; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the browser has ended");
      }
      message.write(b);
    }
    return (Map<?, ?>) JsonReader.unbounded().read(message.toByteArray());
  }

  /** Ends the browser. */
  @Override
  public void close() throws IOException {
    try {
      call(null, "Browser.close", Map.of());
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
