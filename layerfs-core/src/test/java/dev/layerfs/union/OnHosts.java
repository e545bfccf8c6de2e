package dev.layerfs.union;

import dev.layerfs.spi.Installed;
import dev.layerfs.testing.Scale;
import dev.layerfs.testing.Seed;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a test on hosts: on those of this library, or, where a module beside it keeps uppers in ways of its own, on those. So
 * the same tests are the contract of both. In each build it is every second host of this library, or one of such a module's
 * ways, others for the next test, and all at full {@link Scale}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(OnHosts.Hosts.class)
public @interface OnHosts {
  /** The hosts' names; all if there are none. A way of another module is meant where one of this library like it is. */
  String[] value() default {};

  /** Finds the hosts. */
  final class Hosts implements ArgumentsProvider, AnnotationConsumer<OnHosts> {
    /** Of this library's hosts, which are many. */
    private static final int SHARES = 2;

    private List<String> names = List.of();

    @Override
    public void accept(OnHosts annotation) {
      names = List.of(annotation.value());
    }

    @Override
    public Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context) {
      List<TestHost> hosts = of(names);
      int shares = hosts.stream().anyMatch(TestHost::isInstalled) ? hosts.size() : SHARES;
      shares = Math.max(1, Math.min(shares, hosts.size()));
      return drawn(hosts, shares, context).stream().map(Arguments::of);
    }

    private static List<TestHost> drawn(
        List<TestHost> hosts, int shares, ExtensionContext context) {
      int first = Seed.random(context.getRequiredTestClass()).nextInt(shares);
      int test = context.getRequiredTestMethod().getName().hashCode();
      return Scale.share(hosts, Math.floorMod(first + test, shares), shares);
    }

    /** Returns the hosts that names stand for. */
    static List<TestHost> of(List<String> names) {
      boolean installed = !Installed.hostFiles().implementations().isEmpty();
      return Arrays.stream(TestHost.values())
          .filter(host -> host.isInstalled() == installed)
          .filter(host -> names.isEmpty() || names.contains(host.name()) || host.isLikeOne(names))
          .toList();
    }
  }
}
