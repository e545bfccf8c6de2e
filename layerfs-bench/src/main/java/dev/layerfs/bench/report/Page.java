package dev.layerfs.bench.report;

import java.util.List;

/** Writes an HTML page. */
final class Page {
  private static final String STYLE = """
      :root{color-scheme:light dark}
      body{font:15px/1.5 system-ui,sans-serif;max-width:920px;margin:2em auto;padding:0 1em}
      table{border-collapse:collapse;margin:.5em 0 1.5em;font-size:13px}
      th,td{border-bottom:1px solid #8c959f66;padding:.25em .8em .25em 0;text-align:left;vertical-align:top}
      svg{display:block;margin:1.2em 0;max-width:100%;height:auto}.grid{display:flex;flex-wrap:wrap;gap:1em}
      code{font-size:13px}
      """;

  private final StringBuilder out = new StringBuilder();

  Page(String title) {
    out.append(
            "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
        .append(Svg.escape(title))
        .append("</title>\n<style>")
        .append(STYLE)
        .append("</style>\n<h1>")
        .append(Svg.escape(title))
        .append("</h1>\n");
  }

  /** Begins a section. */
  Page heading(String text) {
    out.append("<h2>").append(Svg.escape(text)).append("</h2>\n");
    return this;
  }

  /** Adds a paragraph. */
  Page paragraph(String text) {
    out.append("<p>").append(Svg.escape(text)).append("</p>\n");
    return this;
  }

  /** Adds a picture. */
  Page picture(String svg) {
    out.append(svg);
    return this;
  }

  /** Adds small pictures, as many in a row as there is room for. */
  Page pictures(List<String> svgs) {
    out.append("<div class=\"grid\">\n");
    svgs.forEach(out::append);
    out.append("</div>\n");
    return this;
  }

  /** Adds a table; the first row has the names of the columns. */
  Page table(List<List<String>> rows) {
    out.append("<table>\n");
    String cell = "th";
    for (List<String> row : rows) {
      out.append("<tr>");
      for (String text : row) {
        out.append('<')
            .append(cell)
            .append('>')
            .append(Svg.escape(text))
            .append("</")
            .append(cell)
            .append('>');
      }
      out.append("</tr>\n");
      cell = "td";
    }
    out.append("</table>\n");
    return this;
  }

  /** Returns the page. */
  String end() {
    return out + "</html>\n";
  }
}
