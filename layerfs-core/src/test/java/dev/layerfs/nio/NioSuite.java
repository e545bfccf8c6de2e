package dev.layerfs.nio;

import de.pfabulist.lindwurm.niotest.tests.AllTests;
import de.pfabulist.lindwurm.niotest.tests.FSDescription;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.Test;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.junit.runner.notification.Failure;
import org.junit.runners.BlockJUnit4ClassRunner;
import org.junit.runners.model.FrameworkMethod;
import org.junit.runners.model.InitializationError;

/**
 * The tests of niotest, an independent suite for {@code java.nio.file} providers by the openCage project. Most of their
 * time is spent waiting for watch services, so they are run in parts.
 */
final class NioSuite {
  private NioSuite() {}

  /** Describes a file system of its own, in which one part of the suite runs. */
  @FunctionalInterface
  interface Playground {
    FSDescription describe() throws Exception;
  }

  /** The tests as niotest wants them to be begun. */
  public static final class Aimed extends AllTests {
    /** Made by {@link Part}. */
    public Aimed(FSDescription description) {
      super(description);
    }
  }

  /** Some of the tests on a file system. */
  private static final class Part extends BlockJUnit4ClassRunner {
    private final FSDescription description;
    private final List<String> names;

    Part(FSDescription description, List<String> names) throws InitializationError {
      super(Aimed.class);
      this.description = description;
      this.names = names;
    }

    @Override
    protected void validateConstructor(List<Throwable> errors) {
      // it has a parameter, which is given here
    }

    @Override
    protected Object createTest() {
      return new Aimed(description);
    }

    @Override
    protected List<FrameworkMethod> getChildren() {
      return super.getChildren().stream()
          .filter(method -> names.contains(method.getName()))
          .toList();
    }
  }

  /** Returns the names of all tests. */
  static List<String> all() {
    return Arrays.stream(Aimed.class.getMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(Method::getName)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  /** Deals the tests out to a number of parts, each to be run on its own. */
  static List<Callable<Map<String, Throwable>>> parts(int count, Playground playground) {
    List<String> all = all();
    List<Callable<Map<String, Throwable>>> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> names = new ArrayList<>();
      for (int j = i; j < all.size(); j += count) {
        names.add(all.get(j));
      }
      parts.add(() -> run(playground, names));
    }
    return parts;
  }

  /** Runs tests; returns those that fail, with the reason. */
  static Map<String, Throwable> run(Playground playground, List<String> names) throws Exception {
    Result result = new JUnitCore().run(new Part(playground.describe(), names));
    if (result.getRunCount() != names.size()) {
      throw new IllegalStateException(result.getRunCount() + " tests run of " + names.size());
    }
    Map<String, Throwable> failures = new TreeMap<>();
    for (Failure failure : result.getFailures()) {
      failures.put(failure.getDescription().getMethodName(), failure.getException());
    }
    return failures;
  }
}
