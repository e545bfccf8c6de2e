package dev.layerfs.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.Container;
import dev.layerfs.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the pictures of the docs, into the directory that {@code layerfs.screenshots} names if it does. */
final class ScreenshotsTest {
  private static final int MAX_BYTES = 200_000;

  @TempDir
  private Path directory;

  private Path target = Path.of("");
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void load() throws IOException {
    assumeTrue(Browser.isInstalled(), "needs chromium");
    String chosen = System.getProperty("layerfs.screenshots", "");
    target = chosen.isEmpty() ? directory : Path.of(chosen);
    cli = new Cli(directory);
    cli.run("load", ShopImage.write(directory.resolve("shop")).toString());
  }

  @Test
  void ofThePageAreTaken() throws IOException {
    Path page = directory.resolve("page.html");
    cli.run("explore", ShopImage.NAME, "-o", page.toString());
    try (Browser browser = Browser.start(Files.createDirectory(directory.resolve("profile")))) {
      browser.window(1280, 700, false);
      browser.open(page);
      showConfigOfTheLastLayer(browser);
      take(browser, target.resolve("explore-files.png"));
      browser.window(1280, 700, true);
      browser.evaluate("document.getElementById('layer-0').click()");
      browser.evaluate("document.getElementById('tab-map').click()");
      browser.evaluate("document.querySelector('.tile').click()"); // usr
      browser.evaluate("document.querySelector('.tile').click()"); // lib
      take(browser, target.resolve("explore-map.png"));
      assertEquals(List.of(), browser.problems());
    }
  }

  @Test
  void ofTheTerminalAreTaken() throws IOException {
    cli.run("create", ShopImage.NAME, "--name", "web");
    cli.run("create", ShopImage.NAME, "--name", "test");
    try (LayerStore store = LayerStore.open(cli.store());
        Container web = store.open("web")) {
      Path root = web.root();
      Files.writeString(root.resolve("etc/shop/shop.properties"), "port = 80\n");
      Files.write(root.resolve("srv/shop/report.csv"), new byte[300_000]);
      Files.delete(root.resolve("srv/shop/lib/h2.jar"));
      web.commit("team/shop:2.2");
    }
    try (Browser browser = Browser.start(Files.createDirectory(directory.resolve("profile")))) {
      take(browser, "diff", "diff", "web");
      if (!target.equals(directory)) { // one is enough to see that it works
        take(browser, "df", "df");
        take(browser, "demo", "demo");
      }
      assertEquals(List.of(), browser.problems());
    }
  }

  /** Takes a picture of a command and what it prints. */
  private void take(Browser browser, String name, String... command) throws IOException {
    TerminalPage page = new TerminalPage(command, cli.onTerminal(command).out());
    browser.window(page.width(), page.height(), true);
    browser.open(page.write(directory.resolve(name + ".html")));
    take(browser, target.resolve(name + ".png"));
  }

  private static void showConfigOfTheLastLayer(Browser browser) throws IOException {
    browser.evaluate("document.getElementById('layer-4').click()");
    browser.evaluate("document.getElementById('only').click()");
    browser.evaluate("document.getElementById('grid').focus()");
    for (String key : List.of("Home", "ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown")) {
      browser.press(key);
    }
  }

  private static void take(Browser browser, Path file) throws IOException {
    Files.write(file, browser.screenshot());
    assertTrue(Files.size(file) < MAX_BYTES, () -> file + " is too large for the repository");
  }
}
