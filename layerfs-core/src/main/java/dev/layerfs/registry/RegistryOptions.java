package dev.layerfs.registry;

import dev.layerfs.oci.Limits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How registries are asked. Immutable; made by a {@link #builder()}.
 *
 * @param hosts options of single registries, by the host that references name, with its port if they name one
 * @param credentials knows credentials; by default what the user's logins have left, {@link LoginFiles#standard}
 * @param limits bounds on documents
 * @param connectTimeout how long a connection may take to come about
 * @param idleTimeout how long nothing may happen while a request is under way
 * @param retries how often something is tried again
 * @param retryDelay the time before the first retry; later ones wait longer, up to 20 seconds
 * @param maxRetryAfter the longest time that a registry may ask to wait; if it asks for more the request fails
 * @param rangesAtATime how many ranges of one blob are fetched at the same time
 * @param rangeBytes the length of these ranges; memory for as many of them is needed for each blob that is fetched
 * @param chunkBytes the length of the chunks in which larger blobs are pushed, so that an upload that breaks off can go on; 0
 *     to push every blob in one request
 * @param maxNames how many tags, repositories, referrers or search results a list may have
 * @param maxEmptyPages how many pages of a list may have none
 * @param maxRedirects how many times a request may be led elsewhere
 * @param maxHeaderBytes how many bytes of header fields a response may have
 * @param maxTokenBytes how many bytes the answer of a token service may have
 * @param warnings is told what registries warn of; escaped, each text once
 */
public record RegistryOptions(
    Map<String, HostOptions> hosts,
    CredentialSource credentials,
    Limits limits,
    Duration connectTimeout,
    Duration idleTimeout,
    int retries,
    Duration retryDelay,
    Duration maxRetryAfter,
    int rangesAtATime,
    int rangeBytes,
    long chunkBytes,
    int maxNames,
    int maxEmptyPages,
    int maxRedirects,
    int maxHeaderBytes,
    int maxTokenBytes,
    Consumer<String> warnings) {

  /** Copies the hosts, and checks that every limit is positive. */
  public RegistryOptions {
    hosts = Map.copyOf(hosts);
    positive("maxNames", maxNames);
    positive("maxEmptyPages", maxEmptyPages);
    positive("maxRedirects", maxRedirects);
    positive("maxHeaderBytes", maxHeaderBytes);
    positive("maxTokenBytes", maxTokenBytes);
  }

  /** Encrypted, with the credentials of the user's logins. */
  public static final RegistryOptions DEFAULT = builder().build();

  private static int positive(String what, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + " must be positive: " + value);
    }
    return value;
  }

  /**
   * Returns a builder that begins with the defaults.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private final Map<String, HostOptions> hosts = new LinkedHashMap<>();
    private CredentialSource credentials = LoginFiles.standard();
    private Limits limits = Limits.DEFAULT;
    private Duration connectTimeout = Duration.ofSeconds(30);
    private Duration idleTimeout = Duration.ofSeconds(60);
    private int retries = 3;
    private Duration retryDelay = Duration.ofMillis(500);
    private Duration maxRetryAfter = Duration.ofSeconds(60);
    private int rangesAtATime = 3;
    private int rangeBytes = 8 << 20;
    private long chunkBytes = 64 << 20;
    private int maxNames = 1_000_000;
    private int maxEmptyPages = 100;
    private int maxRedirects = 10;
    private int maxHeaderBytes = 64 << 10;
    private int maxTokenBytes = 1 << 20;
    private Consumer<String> warnings = Builder::log;

    private Builder() {}

    private static void log(String warning) {
      System.getLogger("dev.layerfs.registry")
          .log(System.Logger.Level.WARNING, "a registry warns: {0}", warning);
    }

    /**
     * Sets the options of one registry.
     *
     * @param host the host as references name it, for example {@code docker.io} or {@code localhost:5000}; for the search
     *     of Docker Hub {@code hub.docker.com}
     * @param options its options
     * @return this builder
     */
    public Builder host(String host, HostOptions options) {
      hosts.put(host, options);
      return this;
    }

    /**
     * Sets what knows credentials.
     *
     * @param source the source; {@link CredentialSource#NONE} to be anonymous
     * @return this builder
     */
    public Builder credentials(CredentialSource source) {
      credentials = source;
      return this;
    }

    /**
     * Sets bounds on documents.
     *
     * @param value the limits
     * @return this builder
     */
    public Builder limits(Limits value) {
      limits = value;
      return this;
    }

    /**
     * Sets how long a connection may take to come about.
     *
     * @param time more than zero
     * @return this builder
     */
    public Builder connectTimeout(Duration time) {
      connectTimeout = time;
      return this;
    }

    /**
     * Sets how long nothing may happen while a request is under way.
     *
     * @param time more than zero
     * @return this builder
     */
    public Builder idleTimeout(Duration time) {
      idleTimeout = time;
      return this;
    }

    /**
     * Sets how often something is tried again.
     *
     * @param count a number of retries, 0 for none
     * @param delay the time before the first one
     * @return this builder
     */
    public Builder retries(int count, Duration delay) {
      retries = count;
      retryDelay = delay;
      return this;
    }

    /**
     * Sets the longest time that a registry may ask to wait.
     *
     * @param time the time
     * @return this builder
     */
    public Builder maxRetryAfter(Duration time) {
      maxRetryAfter = time;
      return this;
    }

    /**
     * Sets how blobs are fetched that have more than one such range.
     *
     * @param atATime how many ranges of one blob are fetched at the same time; 1 to fetch each blob in one piece
     * @param bytes the length of a range
     * @return this builder
     */
    public Builder ranges(int atATime, int bytes) {
      rangesAtATime = positive("ranges", atATime);
      rangeBytes = positive("bytes of a range", bytes);
      return this;
    }

    /**
     * Sets how blobs are pushed.
     *
     * @param bytes the length of a chunk; 0 to push every blob in one request
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder chunkBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("negative length of a chunk: " + bytes);
      }
      chunkBytes = bytes;
      return this;
    }

    /**
     * Sets how long a list may be.
     *
     * @param count a number of names
     * @return this builder
     */
    public Builder maxNames(int count) {
      maxNames = count;
      return this;
    }

    /**
     * Sets how many pages of a list may have no names.
     *
     * @param count a number of pages
     * @return this builder
     */
    public Builder maxEmptyPages(int count) {
      maxEmptyPages = count;
      return this;
    }

    /**
     * Sets how many times a request may be led elsewhere.
     *
     * @param count a number of redirects, one after the other
     * @return this builder
     */
    public Builder maxRedirects(int count) {
      maxRedirects = count;
      return this;
    }

    /**
     * Sets how many bytes of header fields a response may have. The JDK's client has a bound of its own, {@code
     * jdk.http.maxHeaderSize}, too.
     *
     * @param bytes names and values of all fields
     * @return this builder
     */
    public Builder maxHeaderBytes(int bytes) {
      maxHeaderBytes = bytes;
      return this;
    }

    /**
     * Sets how many bytes the answer of a token service may have.
     *
     * @param bytes of the document that holds the token
     * @return this builder
     */
    public Builder maxTokenBytes(int bytes) {
      maxTokenBytes = bytes;
      return this;
    }

    /**
     * Sets who is told what registries warn of, instead of the logger {@code dev.layerfs.registry}.
     *
     * @param listener gets each text once, escaped; called by any thread
     * @return this builder
     */
    public Builder warnings(Consumer<String> listener) {
      warnings = listener;
      return this;
    }

    /**
     * Returns the options.
     *
     * @return new options
     * @throws IllegalArgumentException if a limit is not positive
     */
    public RegistryOptions build() {
      return new RegistryOptions(
          hosts,
          credentials,
          limits,
          connectTimeout,
          idleTimeout,
          retries,
          retryDelay,
          maxRetryAfter,
          rangesAtATime,
          rangeBytes,
          chunkBytes,
          maxNames,
          maxEmptyPages,
          maxRedirects,
          maxHeaderBytes,
          maxTokenBytes,
          warnings);
    }
  }
}
