package dev.layerfs.libraries;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Supplier;

/** The service provider that {@link ClassLoadingTest} puts into an image. Its words are a resource of the same jar. */
public final class EnglishGreeting implements Supplier<String> {
  /** Made by {@code ServiceLoader}. */
  public EnglishGreeting() {}

  @Override
  public String get() {
    try (InputStream words =
        EnglishGreeting.class.getClassLoader().getResourceAsStream("words.txt")) {
      return new String(Objects.requireNonNull(words).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
