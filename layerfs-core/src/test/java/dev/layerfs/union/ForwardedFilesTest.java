package dev.layerfs.union;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.layerfs.spi.HostFiles;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ForwardedFilesTest {
  /** An operation that a host has of its own, and that is not handed on, would silently be the one of no host. */
  @Test
  void everyOperationIsHandedOn() {
    List<String> missing = Arrays.stream(HostFiles.class.getMethods())
        .filter(method -> !isDeclared(method))
        .map(Method::getName)
        .toList();
    assertEquals(List.of(), missing);
  }

  private static boolean isDeclared(Method method) {
    return Arrays.stream(ForwardedFiles.class.getDeclaredMethods())
        .anyMatch(own -> own.getName().equals(method.getName())
            && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
  }
}
