package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of {@code explore}, as a browser shows it. */
final class ExplorePageTest {
  private static final String ROW = "document.querySelector('#rows .row.active')";
  /** A hundred thousand at full scale, in the profile {@code extended}. */
  private static final int MANY =
      "full".equals(System.getProperty("layerfs.test.scale")) ? 100_000 : 4_000;

  private static final String SHOWN = String.format(Locale.ROOT, "%,d", MANY);

  @TempDir
  private static Path profile;

  private static Browser browser;

  @TempDir
  private Path directory;

  private Cli cli = new Cli(Path.of(""));

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(Browser.isInstalled(), "needs chromium");
    browser = Browser.start(profile);
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void setUp() throws IOException {
    cli = new Cli(directory);
    browser.window(1280, 800, false);
  }

  private void open(String image) throws IOException {
    Path page = directory.resolve("page.html");
    cli.run("explore", image, "-o", page.toString());
    browser.open(page);
  }

  private static String active() throws IOException {
    return browser.text(ROW + ".querySelector('.text').textContent");
  }

  private static void press(String... keys) throws IOException {
    for (String key : keys) {
      browser.press(key);
    }
  }

  private static void click(String selector) throws IOException {
    browser.evaluate("document.querySelector('" + selector + "').click()");
  }

  private static String text(String selector) throws IOException {
    return browser.text("document.querySelector('" + selector + "').innerText");
  }

  @Test
  void showsLayersAndWhatTheyChange() throws IOException {
    cli.withSample();
    open("sample:1");
    assertTrue(text("#head").contains("docker.io/library/sample:1"), text("#head"));
    assertTrue(text("#figures").replaceAll("\\s+", " ").contains("Wasted 10 B"), text("#figures"));
    assertEquals("3", browser.text("document.querySelectorAll('[role=option]').length"));
    click("#layer-2");
    click("#only");
    String rows = text("#rows").replaceAll("\\s+", " ");
    assertTrue(rows.contains("etc/") && rows.contains("opt/"), rows);
    assertFalse(rows.contains("usr/"), rows);
    click("#tab-wasted");
    String wasted = text("#wasted").replaceAll("\\s+", " ");
    assertTrue(wasted.contains("6 B /etc/motd 1 2 replaced"), wasted);
    assertTrue(wasted.contains("4 B /opt/old 1 2 removed"), wasted);
    click("#tab-config");
    assertTrue(text("#config").contains("[\"/bin/sh\"]"), text("#config"));
    assertTrue(text("#config").contains("rm /opt/old"), text("#config"));
    click("#tab-largest");
    assertTrue(text("#largest").contains("/etc/hosts"), text("#largest"));
    assertEquals(List.of(), browser.problems());
  }

  @Test
  void isUsedByKeyboard() throws IOException {
    cli.withSample();
    open("sample:1");
    browser.evaluate("document.getElementById('grid').focus()");
    press("End", "Home", "ArrowDown", "ArrowRight", "ArrowDown");
    assertEquals("hosts", active());
    assertEquals("2", browser.text(ROW + ".getAttribute('aria-level')"));
    assertEquals(
        "true",
        browser.text("document.getElementById('grid').getAttribute('aria-activedescendant') === "
            + ROW + ".id"));
    assertEquals("127.0.0.1 localhost", text("#details pre").strip());
    press("ArrowLeft");
    assertEquals("etc/", active());
    press("ArrowLeft");
    assertEquals("false", browser.text(ROW + ".getAttribute('aria-expanded')"));
    browser.evaluate("document.getElementById('layer-list').focus()");
    press("End");
    assertEquals(
        "layer-2", browser.text("document.querySelector('[role=option][aria-selected=true]').id"));
    browser.evaluate("document.getElementById('tab-files').focus()");
    press("ArrowRight");
    assertEquals("tab-map", browser.text("document.activeElement.id"));
    assertEquals(
        "etc/",
        browser.text("document.querySelector('.tile').getAttribute('aria-label').split(',')[0]"));
    click(".tile");
    assertTrue(text("#crumbs").contains("etc"), text("#crumbs"));
    assertEquals(List.of(), browser.problems());
  }

  @Test
  void findsFiles() throws IOException {
    cli.withSample();
    open("sample:1");
    press("/");
    assertEquals("search", browser.text("document.activeElement.id"));
    browser.type("COPY");
    assertEquals("1 match", text("#found"));
    assertTrue(browser.accessible("#found").startsWith("status"), browser.accessible("#found"));
    press("ArrowDown");
    assertEquals("/usr/share/doc/tool/copyright", active());
    press("Enter");
    assertEquals("copyright", active());
    assertEquals("5", browser.text(ROW + ".getAttribute('aria-level')"));
    browser.evaluate("document.getElementById('search').focus()");
    browser.type("etc/m");
    assertEquals("1 match", text("#found"));
    press("Escape");
    assertEquals("", text("#found"));
  }

  @Test
  void tellsAssistiveTechnologyWhatThingsAre() throws IOException {
    cli.withSample();
    open("sample:1");
    click("#layer-2");
    assertEquals("treegrid Files", browser.accessible("#grid"));
    assertEquals("listbox Layers", browser.accessible("#layer-list"));
    assertEquals("tab Files", browser.accessible("#tab-files"));
    assertEquals("tabpanel Files", browser.accessible("#files"));
    assertEquals("searchbox Search names, or paths with a slash", browser.accessible("#search"));
    assertTrue(browser.accessible("#layer-2").contains(" changed"), browser.accessible("#layer-2"));
    assertTrue(browser.accessible("#row-1").startsWith("row etc/"), browser.accessible("#row-1"));
  }

  @Test
  void isDarkWhereItsUserLikesThat() throws IOException {
    cli.withSample();
    open("sample:1");
    String colour = "getComputedStyle(document.body).backgroundColor";
    assertEquals("rgb(255, 255, 255)", browser.text(colour));
    browser.window(400, 800, true);
    assertEquals("rgb(20, 23, 26)", browser.text(colour));
    assertEquals(
        "true", browser.text("document.documentElement.scrollWidth <= innerWidth"), "fits");
  }

  @Test
  void namesOfTheImageAreNothingButText() throws IOException {
    String script = "</script><script>window.hacked=1<" + "\\script>";
    String image = "<img src=x onerror=window.hacked=1>";
    try (LayerTar tar = new LayerTar()) {
      tar.file("a" + image, image + "\n\u001b[31m \u202egnp.exe\n")
          .file("b\u202egnp.exe", "x")
          .file("c\u001b]0;x\u0007\n", "x")
          .file("d" + script.replace("/", "\u2044"), "x")
          .file("e</script><script>window.hacked=1</script>", "x")
          .symlink("f", "</script>" + image)
          .symlink("g", "javascript:window.hacked=1");
      Path layout = new ImageLayout(directory.resolve("hostile"))
          .layer(script + image + "\u202e{policy}{data}$&", tar.toBytes())
          .write("hostile:1");
      cli.run("load", layout.toString());
    }
    open("hostile:1");
    browser.evaluate("document.getElementById('grid').focus()");
    String rows = text("#rows");
    assertTrue(rows.contains("a" + image), rows);
    assertTrue(rows.contains("b\\u{202e}gnp.exe"), rows);
    assertTrue(rows.contains("c\\033]0;x\\007\\012"), rows);
    press("Home", "ArrowDown", "ArrowUp");
    String preview = text("#details pre");
    assertTrue(preview.startsWith(image + "\n\\033[31m \\u{202e}gnp.exe"), preview);
    for (String tab : new String[] {"map", "largest", "wasted", "config", "files"}) {
      click("#tab-" + tab);
      browser.text("0");
    }
    assertTrue(text("#layers").contains("{policy}{data}$&"), text("#layers"));
    assertEquals("undefined", browser.text("typeof window.hacked"));
    assertEquals("0", browser.text("document.querySelectorAll('img').length"));
    assertEquals(List.of(), browser.problems());
    browser.evaluate("document.body.append(Object.assign(document.createElement('script'),"
        + " {textContent: 'window.hacked = 1'}))");
    assertEquals("undefined", browser.text("typeof window.hacked"), "the policy holds");
    assertTrue(browser.problems().toString().contains("Content Security Policy"));
  }

  @Test
  void namesThatAreNotUtf8AreEscaped() throws IOException {
    cli.run("load", cli.writeOdd("odd:1").toString());
    open("odd:1");
    assertTrue(text("#rows").contains("a\\377\\033"), text("#rows"));
    String rows = browser.text("document.getElementById('rows').textContent"); // and the hidden
    assertTrue(rows.contains("4294967294:0"), rows);
  }

  /** A text that is like no other, so that the layer is as dense as a real one. */
  private static String content(int i) {
    return Long.toHexString(i * 0x9E37_79B9_7F4A_7C15L);
  }

  @Test
  void takesManyFiles() throws IOException {
    try (LayerTar tar = new LayerTar()) {
      for (int i = 0; i < MANY; i++) {
        tar.file("dir" + i / 1000 + "/file" + i, content(i));
      }
      cli.run(
          "load",
          new ImageLayout(directory.resolve("many"))
              .layer("many", tar.toBytes())
              .write("many:1")
              .toString());
    }
    open("many:1");
    assertTrue(Files.size(directory.resolve("page.html")) < 8_000_000);
    assertTrue(text("#figures").contains(SHOWN), text("#figures"));
    press("/");
    browser.type("file");
    assertEquals(SHOWN + " matches", text("#found"));
    press("ArrowDown", "End");
    assertEquals("/dir" + (MANY - 1) / 1000 + "/file" + (MANY - 1), active());
    assertTrue(
        Integer.parseInt(browser.text("document.querySelectorAll('#rows .row').length")) < 100,
        "only rows in sight are there");
    browser.evaluate("document.getElementById('search').select()");
    browser.evaluate("document.getElementById('search').focus()");
    browser.type("file" + (MANY - 1235));
    assertEquals("1 match", text("#found"));
    press("ArrowDown");
    assertEquals(content(MANY - 1235), text("#details pre").strip());
    assertEquals(List.of(), browser.problems());
  }
}
