package dev.layerfs.bench.report;

import java.util.ArrayList;
import java.util.List;

/** How many times faster something is: bars from 1 on a logarithmic scale, to the right if it is, to the left if it is slower. */
final class RatioChart {
  private record Ratio(String name, double ratio, String text) {}

  private static final int WIDTH = 900;
  private static final int LEFT = 340;
  private static final int RIGHT = 250;
  private static final int ROW = 24;
  private static final int TOP = 64;
  private static final int BAR = 15;
  private static final double SMALLEST = 0.1;

  private final String title;
  private final String subtitle;
  private final List<Ratio> ratios = new ArrayList<>();

  RatioChart(String title, String subtitle) {
    this.title = title;
    this.subtitle = subtitle;
  }

  /** Adds a row; a ratio above 1 is in our favour. */
  void add(String name, double ratio, String text) {
    ratios.add(new Ratio(name, ratio, text));
  }

  private double largest() {
    double largest = ratios.stream().mapToDouble(Ratio::ratio).max().orElse(1);
    return Math.pow(10, Math.max(1, Math.ceil(Math.log10(largest))));
  }

  private double smallest() {
    double least = ratios.stream().mapToDouble(Ratio::ratio).min().orElse(1);
    return least >= 1 ? 1 : Math.max(SMALLEST, Math.pow(10, Math.floor(Math.log10(least))));
  }

  private double place(double ratio) {
    double low = Math.log(smallest());
    double position = (Math.log(Math.max(ratio, smallest())) - low) / (Math.log(largest()) - low);
    return LEFT + position * (WIDTH - LEFT - RIGHT);
  }

  /** Draws them. */
  String toSvg() {
    int bottom = TOP + ratios.size() * ROW;
    Svg svg = new Svg(WIDTH, bottom + 12, title);
    svg.text(0, 18, "title", title).text(0, 36, "small muted", subtitle);
    for (double mark = smallest(); mark <= largest() * 1.01; mark *= 10) {
      svg.line(
              place(mark),
              TOP - 6,
              place(mark),
              bottom,
              mark > 0.99 && mark < 1.01 ? "axis" : "grid")
          .text(
              place(mark),
              TOP - 10,
              "small middle muted",
              mark < 1 ? "1/10 ×" : Math.round(mark) + " ×");
    }
    for (int i = 0; i < ratios.size(); i++) {
      Ratio row = ratios.get(i);
      double y = TOP + i * ROW;
      double from = Math.min(place(1), place(row.ratio()));
      double to = Math.max(place(1), place(row.ratio()));
      svg.text(LEFT - 14, y + BAR - 2, "end", row.name())
          .bar(from, y, to - from, BAR, row.ratio() >= 1 ? "s0" : "s1")
          .text(to + 6, y + BAR - 2, "small", row.text());
    }
    return svg.end();
  }
}
