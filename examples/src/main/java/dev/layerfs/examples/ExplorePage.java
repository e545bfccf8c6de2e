package dev.layerfs.examples;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The page of a report: one HTML file that needs nothing else. What comes from the image is in it only as base64 of compressed JSON, so
 * that no name can end an element, and the page's policy runs nothing but its own script, which is named by its hash.
 */
final class ExplorePage {
  private static final String[] SCRIPTS = {
    "format.js", "model.js", "files.js", "treemap.js", "panels.js", "main.js"
  };

  private final String template;
  private final String style;
  private final String script;

  private ExplorePage(String template, String style, String script) {
    this.template = template;
    this.style = style;
    this.script = script;
  }

  /** Reads the page's parts. */
  static ExplorePage load() throws IOException {
    StringBuilder script = new StringBuilder("'use strict';\n(() => {\n");
    for (String name : SCRIPTS) {
      script.append(resource(name));
    }
    script.append("})();\n");
    return new ExplorePage(resource("page.html"), resource("page.css"), script.toString());
  }

  /**
   * Writes the page of an image.
   *
   * @param report what is shown
   * @param out where it goes; not closed
   */
  void write(ExploreReport report, Appendable out) throws IOException {
    String policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '"
        + hash(style) + "'; script-src '" + hash(script) + "'";
    String rest = template;
    rest = part(rest, "{policy}", policy, out);
    rest = part(rest, "{style}", style, out);
    rest = part(rest, "{data}", packed(report.document()), out);
    rest = part(rest, "{previews}", packed(report.previews()), out);
    rest = part(rest, "{script}", script, out);
    out.append(rest);
  }

  /** Writes the template up to a mark, and what stands for the mark; returns the rest of the template. */
  private static String part(String template, String mark, String text, Appendable out)
      throws IOException {
    int at = template.indexOf(mark);
    out.append(template, 0, at).append(text);
    return template.substring(at + mark.length());
  }

  private static String packed(@Nullable Object document) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Writer json =
        new OutputStreamWriter(new DeflaterOutputStream(bytes), StandardCharsets.UTF_8)) {
      Json.write(json, document);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** Returns a source expression of Content Security Policy Level 3, section 2.3.1. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ExplorePage.class.getResourceAsStream("explore/" + name)) {
      if (in == null) {
        throw new FileNotFoundException(name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
