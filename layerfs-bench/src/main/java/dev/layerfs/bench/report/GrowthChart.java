package dev.layerfs.bench.report;

import dev.layerfs.bench.scale.Growth;
import dev.layerfs.bench.scale.Point;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A curve with logarithmic axes, and the power that fits it. */
final class GrowthChart {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 260;
  private static final int LEFT = 70;
  private static final int TOP = 50;
  private static final int BOTTOM = 220;

  private final List<Point> points;
  private final Growth growth;
  private final double lowest;
  private final double highest;

  /** Of a curve's points, ascending and positive. */
  GrowthChart(List<Point> points) {
    this.points = points;
    growth = Growth.of(points);
    double least = points.stream().mapToDouble(Point::value).min().orElse(1);
    double most = points.stream().mapToDouble(Point::value).max().orElse(1);
    // At least a factor of 100, so that noise does not look like growth.
    double widen = Math.max(1, Math.sqrt(100 / (most / least)));
    lowest = least / widen;
    highest = most * widen;
  }

  private double x(long value) {
    long last = Math.max(2, points.get(points.size() - 1).x());
    return LEFT + Math.log((double) value) / Math.log((double) last) * (WIDTH - LEFT - 20);
  }

  private double y(double value) {
    double position = Math.log(value / lowest) / Math.log(highest / lowest);
    return BOTTOM - Math.clamp(position, 0, 1) * (BOTTOM - TOP);
  }

  /** Draws it. */
  String toSvg() {
    Point first = points.get(0);
    Point last = points.get(points.size() - 1);
    Svg svg = new Svg(WIDTH, HEIGHT, first.curve());
    svg.text(0, 16, "title", first.curve())
        .text(
            0,
            34,
            "small muted",
            String.format(Locale.ROOT, "grows as %s^%.2f", first.variable(), growth.exponent()))
        .line(LEFT, BOTTOM, WIDTH - 20, BOTTOM, "axis")
        .line(LEFT, TOP, LEFT, BOTTOM, "axis")
        .line(x(first.x()), y(fitted(first.x())), x(last.x()), y(fitted(last.x())), "fit");
    svg.path(
        points.stream()
            .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", x(point.x()), y(point.value())))
            .collect(Collectors.joining(" ")),
        "line");
    for (Point point : points) {
      svg.dot(x(point.x()), y(point.value()), "s0")
          .text(x(point.x()), BOTTOM + 18, "small middle muted", shortNumber(point.x()));
    }
    for (Point point : points.size() > 1 ? List.of(first, last) : List.of(first)) {
      svg.text(
          LEFT - 6,
          y(point.value()) + 4,
          "small end",
          Quantity.format(point.value(), point.unit()));
    }
    return svg.text(WIDTH - 20, BOTTOM + 34, "small end", first.variable()).end();
  }

  private double fitted(long x) {
    return growth.factor() * Math.pow((double) x, growth.exponent());
  }

  private static String shortNumber(long value) {
    if (value >= 1_000_000) {
      return value / 1_000_000 + "M";
    }
    return value >= 1_000 ? value / 1_000 + "k" : Long.toString(value);
  }
}
