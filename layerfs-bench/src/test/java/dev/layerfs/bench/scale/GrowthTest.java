package dev.layerfs.bench.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GrowthTest {
  private static final double EXACT = 1e-9;

  private static List<Point> curve(DoubleUnaryOperator value) {
    return LongStream.of(1, 2, 5, 100, 10_000)
        .mapToObj(x -> new Point("curve", "files", "ns", x, value.applyAsDouble(x)))
        .toList();
  }

  @Test
  void findsThePowerThatAValueGrowsBy() {
    Growth growth = Growth.of(curve(x -> 7 * Math.pow(x, 1.5)));
    assertEquals(1.5, growth.exponent(), EXACT);
    assertEquals(7, growth.factor(), EXACT);
  }

  @Test
  void whatStaysTheSameHasExponentZero() {
    assertEquals(0, Growth.of(curve(x -> 42)).exponent(), EXACT);
  }

  @Test
  void valuesWithoutALogarithmAreLeftOut() {
    assertEquals(1, Growth.of(curve(x -> x == 5 ? 0 : x == 100 ? -3 : x)).exponent(), EXACT);
  }

  @Test
  void onePointDoesNotGrow() {
    Growth growth = Growth.of(curve(x -> 3).subList(0, 1));
    assertEquals(new Growth(0, 3).exponent(), growth.exponent(), EXACT);
    assertEquals(3, growth.factor(), EXACT);
  }

  @Test
  void aPointSurvivesItsLine() {
    Point point = new Point("create, durable (each)", "containers", "µs", 10_000, 0.125);
    assertEquals(point, Point.parse(point.toLine()));
  }
}
