package dev.layerfs.bench.scale;

import java.util.List;

/**
 * How a value grows: the power of {@code x} that fits it best, by least squares over the logarithms of both.
 *
 * @param exponent 0 for what stays the same, 1 for what grows in proportion
 * @param factor the value at 1
 */
public record Growth(double exponent, double factor) {
  /** Fits a curve of two points or more with different {@code x}; values that are not positive have no logarithm and are left out. */
  public static Growth of(List<Point> points) {
    List<Point> positive = points.stream().filter(point -> point.value() > 0).toList();
    double meanX = positive.stream().mapToDouble(Growth::logX).average().orElse(0);
    double meanY = positive.stream().mapToDouble(Growth::logValue).average().orElse(0);
    double covariance = positive.stream()
        .mapToDouble(point -> (logX(point) - meanX) * (logValue(point) - meanY))
        .sum();
    double variance =
        positive.stream().mapToDouble(point -> Math.pow(logX(point) - meanX, 2)).sum();
    double exponent = variance == 0 ? 0 : covariance / variance;
    return new Growth(exponent, Math.exp(meanY - exponent * meanX));
  }

  private static double logX(Point point) {
    return Math.log((double) point.x());
  }

  private static double logValue(Point point) {
    return Math.log(point.value());
  }
}
