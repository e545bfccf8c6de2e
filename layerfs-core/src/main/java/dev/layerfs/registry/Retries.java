package dev.layerfs.registry;

import dev.layerfs.error.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * When something is tried again: after a time that grows, with jitter, so that clients that failed together do not come back
 * together; or when the registry says, if that is not too long.
 */
final class Retries {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final int limit;
  private final Duration first;
  private final Duration maxRetryAfter;
  private final CountDownLatch closed;

  /**
   * Sets the rules.
   *
   * @param options the number of retries and times
   * @param closed ends every pause
   */
  Retries(RegistryOptions options, CountDownLatch closed) {
    this.limit = options.retries();
    this.first = options.retryDelay();
    this.maxRetryAfter = options.maxRetryAfter();
    this.closed = closed;
  }

  /** Whether another attempt is allowed after some that have failed. */
  boolean allows(int failures) {
    return failures <= limit;
  }

  /** Whether a status tells of something that may pass. */
  static boolean isTransient(int status) {
    return switch (status) {
      case 408, 425, 429, 500, 502, 503, 504 -> true;
      default -> false;
    };
  }

  /** Waits before the next attempt. */
  void pause(int failures) throws IOException {
    long longest = LONGEST.toNanos();
    long grown = first.toNanos() << Math.min(failures - 1, 16);
    long bound = grown < 0 || grown > longest ? longest : grown;
    await(Duration.ofNanos(bound / 2 + ThreadLocalRandom.current().nextLong(bound / 2 + 1)));
  }

  /**
   * Waits before the next attempt, as long as a response says, if it does (RFC 9110, section 10.2.3).
   *
   * @throws RegistryException if that is longer than the options allow
   */
  void pause(int failures, Response response) throws IOException {
    Optional<Duration> wanted = response.header("Retry-After").flatMap(Retries::duration);
    if (wanted.isEmpty()) {
      pause(failures);
      return;
    }
    if (wanted.get().compareTo(maxRetryAfter) > 0) {
      throw ErrorBody.exception(response);
    }
    await(wanted.get());
  }

  /** Reads a {@code Retry-After}: a number of seconds, or a date; empty if it is neither. */
  static Optional<Duration> duration(String text) {
    try {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text.strip())))
          .filter(wanted -> !wanted.isNegative());
    } catch (NumberFormatException e) {
      return untilDate(text);
    }
  }

  private static Optional<Duration> untilDate(String text) {
    try {
      Instant date =
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), date);
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private void await(Duration time) throws IOException {
    try {
      if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("the registry client was closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a registry");
    }
  }
}
