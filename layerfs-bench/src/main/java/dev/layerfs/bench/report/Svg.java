package dev.layerfs.bench.report;

import java.util.Locale;

/** Writes an SVG picture that is readable on a light and on a dark page. */
final class Svg {
  private static final String STYLE = """
      text{font:13px system-ui,sans-serif;fill:#1f2328}
      .title{font-weight:600;font-size:15px}.small{font-size:11px}.muted{fill:#59636e}
      .end{text-anchor:end}.middle{text-anchor:middle}
      .axis{stroke:#8c959f;stroke-width:1}.grid{stroke:#8c959f;stroke-width:.5;stroke-opacity:.4}
      .s0{fill:#0969da}.s1{fill:#bc4c00}.s2{fill:#1a7f37}.s3{fill:#8250df}.s4{fill:#818b98}.s5{fill:#bf3989}
      .line{fill:none;stroke:#0969da;stroke-width:2}.fit{stroke:#bc4c00;stroke-width:1;stroke-dasharray:5 4}
      @media(prefers-color-scheme:dark){text{fill:#e6edf3}.muted{fill:#9198a1}
      .s0{fill:#4493f8}.s1{fill:#db6d28}.s2{fill:#3fb950}.s3{fill:#ab7df8}.s4{fill:#9198a1}.s5{fill:#db61a2}
      .line{stroke:#4493f8}.fit{stroke:#db6d28}}
      """;

  private final StringBuilder out = new StringBuilder();

  /** Begins a picture of so many pixels. */
  Svg(int width, int height, String title) {
    out.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">"
            .formatted(width, height, width, height));
    out.append("<title>")
        .append(escape(title))
        .append("</title><style>")
        .append(STYLE)
        .append("</style>");
  }

  /** Writes text; {@code classes} say how it looks and which of its ends is at {@code x}. */
  Svg text(double x, double y, String classes, String text) {
    return append(String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>",
        x,
        y,
        classes,
        escape(text)));
  }

  /** Draws a bar. */
  Svg bar(double x, double y, double width, double height, String classes) {
    return append(String.format(
        Locale.ROOT,
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" class=\"%s\"/>",
        x,
        y,
        Math.max(width, 1),
        height,
        classes));
  }

  /** Draws a straight line. */
  Svg line(double x1, double y1, double x2, double y2, String classes) {
    return append(String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>",
        x1,
        y1,
        x2,
        y2,
        classes));
  }

  /** Draws a line through points, each {@code x,y}. */
  Svg path(String points, String classes) {
    return append(
        String.format(Locale.ROOT, "<polyline points=\"%s\" class=\"%s\"/>", points, classes));
  }

  /** Draws a dot. */
  Svg dot(double x, double y, String classes) {
    return append(String.format(
        Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"%s\"/>", x, y, classes));
  }

  /** Returns the picture. */
  String end() {
    return out + "</svg>\n";
  }

  private Svg append(String element) {
    out.append(element).append('\n');
    return this;
  }

  /** Returns text as XML and HTML have it. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
