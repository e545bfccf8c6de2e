package dev.layerfs.union;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.layerfs.posix.Errno;
import dev.layerfs.posix.PosixException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private static final long LIMIT = 1_000_003;

  @Test
  void spaceIsRoundedUpToBlocks() {
    assertThat(List.of(0L, 1L, 4095L, 4096L, 4097L, 1L << 40).stream().map(Quota::space))
        .containsExactly(0L, 4096L, 4096L, 4096L, 8192L, 1L << 40);
    assertThat(Quota.space(Long.MAX_VALUE)).isEqualTo(Quota.UNLIMITED);
  }

  @Test
  void everythingUpToTheLimitIsGiven() throws PosixException {
    Quota quota = new Quota(8192, 2, 4096, 1);
    quota.charge(4096, 1);
    assertThat(quota.usedBytes()).isEqualTo(8192);
    assertThat(quota.usedInodes()).isEqualTo(2);
  }

  @Test
  void bothAreChargedOrNone() {
    Quota quota = new Quota(8192, 2, 4096, 1);
    assertFull(quota, 4097, 1);
    assertFull(quota, 4096, 2);
    assertThat(quota.usedBytes()).isEqualTo(4096);
    assertThat(quota.usedInodes()).isEqualTo(1);
  }

  private static void assertFull(Quota quota, long bytes, long inodes) {
    assertThatThrownBy(() -> quota.charge(bytes, inodes))
        .isInstanceOfSatisfying(
            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
  }

  @Test
  void whatIsAboveALimitAlreadyCanOnlyShrink() throws PosixException {
    Quota quota = new Quota(100, 100, 5000, 7);
    quota.charge(0, 1);
    assertFull(quota, 1, 0);
    quota.release(4950, 0);
    quota.charge(50, 0);
    assertFull(quota, 1, 0);
  }

  @Test
  void noLimitIsNoLimit() throws PosixException {
    Quota quota = new Quota(Quota.UNLIMITED, Quota.UNLIMITED, Long.MAX_VALUE - 1, 0);
    quota.charge(Long.MAX_VALUE, 1);
    quota.charge(Long.MAX_VALUE, 1);
    assertThat(quota.usedBytes()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void noMoreIsGivenBackThanWasCharged() {
    Quota quota = new Quota(100, 100, 10, 1);
    assertThatThrownBy(() -> quota.release(11, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> quota.release(10, 2)).isInstanceOf(IllegalStateException.class);
    quota.release(10, 1);
    assertThat(quota).hasToString("0 bytes of 100, 0 inodes of 100");
  }

  @Test
  void negativeNumbersAreRefused() {
    Quota quota = new Quota(100, 100, 10, 1);
    assertThatThrownBy(() -> quota.charge(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> quota.release(0, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Quota(-1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void threadsGetAllThereIsAndNoMore() throws Exception {
    Quota quota = new Quota(LIMIT, Quota.UNLIMITED, 0, 0);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<Long>> writers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        writers.add(() -> chargeUntilFull(quota));
      }
      long sum = 0;
      for (Future<Long> charged : threads.invokeAll(writers)) {
        sum += charged.get();
      }
      assertThat(sum).isEqualTo(LIMIT);
      assertThat(quota.usedBytes()).isEqualTo(LIMIT);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Charges ever less, down to single bytes, and gives some of it back in between. */
  private static long chargeUntilFull(Quota quota) {
    long charged = 0;
    for (long step = 1024; step > 0; step /= 2) {
      try {
        while (true) {
          quota.charge(step, 1);
          charged += step;
          if (charged % 7 == 0) {
            quota.release(step, 1);
            charged -= step;
            quota.charge(1, 1);
            charged++;
          }
        }
      } catch (PosixException full) {
        assertThat(full.errno()).isEqualTo(Errno.ENOSPC);
      }
    }
    return charged;
  }
}
