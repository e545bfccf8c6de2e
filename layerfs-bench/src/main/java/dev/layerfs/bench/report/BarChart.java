package dev.layerfs.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Horizontal bars, each with a name, a value and the value's text. */
final class BarChart {
  private record Bar(String name, double value, String text, int colour) {}

  private static final int WIDTH = 720;
  private static final int LEFT = 250;
  private static final int ROW = 22;
  private static final int TOP = 36;
  private static final int BAR = 14;
  private static final int ROOM_FOR_TEXT = 170;

  private final String title;
  private final List<Bar> bars = new ArrayList<>();

  BarChart(String title) {
    this.title = title;
  }

  /** Adds a bar beneath the others. */
  void add(String name, double value, String text, int colour) {
    bars.add(new Bar(name, value, text, colour));
  }

  /** Draws them, the longest over the whole width. */
  String toSvg() {
    double longest = bars.stream().mapToDouble(Bar::value).max().orElse(1);
    Svg svg = new Svg(WIDTH, TOP + bars.size() * ROW + 8, title);
    svg.text(0, 18, "title", title);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double y = TOP + i * ROW;
      double length = bar.value() / longest * (WIDTH - LEFT - ROOM_FOR_TEXT);
      svg.text(LEFT - 8, y + BAR - 2, "end", bar.name())
          .bar(LEFT, y, length, BAR, "s" + bar.colour())
          .text(LEFT + length + 6, y + BAR - 2, "small", bar.text());
    }
    return svg.end();
  }
}
