package dev.layerfs.error;

import java.io.IOException;

/** Untrusted input is larger than a limit allows. The limit's name is the one it has in the options. */
public final class LimitExceededException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The limit's name in the options. */
  private final String limit;
  /** What it allows. */
  private final long maximum;

  /**
   * Says which limit was exceeded, and by what.
   *
   * @param object what exceeds the limit; escaped here
   * @param limit the limit's name, for example {@code maxEntries}
   * @param maximum the limit's value, in the unit its documentation names
   */
  public LimitExceededException(String object, String limit, long maximum) {
    super(Printable.of(object) + ": exceeds the limit " + limit + "=" + maximum);
    this.limit = limit;
    this.maximum = maximum;
  }

  /**
   * Returns the name of the limit.
   *
   * @return the limit's name, as in the options
   */
  public String limit() {
    return limit;
  }

  /**
   * Returns the value of the limit.
   *
   * @return the limit's value
   */
  public long maximum() {
    return maximum;
  }
}
