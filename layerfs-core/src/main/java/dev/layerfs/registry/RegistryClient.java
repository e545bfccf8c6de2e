package dev.layerfs.registry;

import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;

/**
 * A client of registries (OCI distribution specification 1.1). {@link dev.layerfs.LayerStore#pull} and {@link
 * dev.layerfs.LayerStore#push} use one; it can be used by itself, too.
 *
 * <pre>{@code
 * RegistryOptions options = RegistryOptions.builder()
 *     .host("localhost:5000", HostOptions.builder().plainHttp().build())
 *     .build();
 * try (RegistryClient client = RegistryClient.open(options)) {
 *   client.tags(Reference.parse("localhost:5000/team/app")).forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p><b>Errors.</b> All methods throw {@link NotFoundException} for what the registry does not have, {@link
 * RegistryException} if it refuses or breaks a rule, {@link dev.layerfs.error.DigestMismatchException} if content is not what
 * its digest promises, {@link dev.layerfs.error.LimitExceededException} if something is too large, and {@link
 * InterruptedIOException} if the thread is interrupted, whose interrupt status is then set. What may pass is tried again
 * before.
 *
 * <p><b>Credentials</b> go to the host they are for, and to the token service it names if that may be asked; never
 * elsewhere, also not after a redirect. No message has them.
 *
 * <p>Safe for use by several threads. Connections and tokens are kept until it is closed.
 */
public final class RegistryClient implements Closeable {
  private final RegistryOptions options;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool(RegistryClient::thread);
  private final Hosts hosts;
  private final Retries retries;
  private final Transport transport;
  private final Manifests manifests;
  private final ManifestUpload manifestUpload;
  private final Listings listings;
  private final Referrers referrers;

  private RegistryClient(RegistryOptions options) throws RegistryException {
    Clock clock = Clock.systemUTC();
    Limits limits = options.limits();
    this.options = options;
    this.hosts = new Hosts(options);
    this.retries = new Retries(options, closed);
    Wire wire = new Wire(hosts, options.idleTimeout(), options.maxHeaderBytes());
    TokenService tokens =
        new TokenService(wire, new RealmRules(hosts), retries, clock, options.maxTokenBytes());
    this.transport = new Transport(
        wire,
        new Authorizer(hosts, tokens, clock),
        retries,
        new Warnings(options.warnings()),
        options.maxRedirects());
    Pages pages = new Pages(transport, limits, options.maxNames(), options.maxEmptyPages());
    this.manifests = new Manifests(transport, limits);
    this.manifestUpload = new ManifestUpload(transport);
    this.listings = new Listings(pages);
    this.referrers = new Referrers(pages, manifests, manifestUpload, limits);
  }

  /** One that fetches a range. */
  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "layerfs-registry");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Opens a client. Nothing is asked yet.
   *
   * @param options how registries are asked
   * @return a new client
   * @throws RegistryException if an endpoint in the options is no address of HTTP, or the environment names a proxy that is none
   */
  public static RegistryClient open(RegistryOptions options) throws RegistryException {
    return new RegistryClient(options);
  }

  /** Something that a registry or a mirror of it can do. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(Endpoint endpoint) throws IOException;
  }

  /** Asks the mirrors, then the registry, until one answers. */
  private <T> T askAny(Reference reference, Question<T> question) throws IOException {
    List<Endpoint> sources = hosts.sources(reference.domain());
    List<IOException> failures = new ArrayList<>();
    for (Endpoint mirror : sources.subList(0, sources.size() - 1)) {
      try {
        return question.ask(mirror);
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        failures.add(e);
      }
    }
    try {
      return question.ask(sources.get(sources.size() - 1));
    } catch (IOException e) {
      failures.forEach(e::addSuppressed);
      throw e;
    }
  }

  /**
   * Reads a manifest or index.
   *
   * @param reference what to read: the digest if it has one, else the tag, else {@code latest}
   * @return the document, verified if the reference has a digest
   * @throws IOException as the class says
   */
  public RemoteManifest manifest(Reference reference) throws IOException {
    return askAny(reference, endpoint -> manifests.get(endpoint, reference));
  }

  /**
   * Asks what a reference stands for, without reading it where the registry says that much.
   *
   * @param reference as for {@link #manifest}
   * @return the type, digest and size, as the registry says
   * @throws IOException as the class says
   */
  public Descriptor resolve(Reference reference) throws IOException {
    return askAny(reference, endpoint -> manifests.head(endpoint, reference));
  }

  /**
   * Opens a blob. Large ones come in several ranges at a time; where a connection breaks off it goes on.
   *
   * @param repository the repository; tag and digest do not matter
   * @param blob the blob's digest and size
   * @return its bytes; the last of them come only if all have the right digest
   * @throws IOException as the class says
   */
  public InputStream blob(Reference repository, Descriptor blob) throws IOException {
    blob.digest().requireVerifiable();
    return new VerifiedInput(unverifiedBlob(repository, blob), blob);
  }

  /**
   * Opens a blob as {@link #blob} does, for those that compare it with its digest themselves.
   *
   * @param repository the repository; tag and digest do not matter
   * @param blob the blob's digest and size
   * @return what the registry has under the digest, not longer than the descriptor says; may be anything
   * @throws IOException as the class says
   */
  public InputStream unverifiedBlob(Reference repository, Descriptor blob) throws IOException {
    List<BlobAddress> addresses = new ArrayList<>();
    for (Endpoint source : hosts.sources(repository.domain())) {
      addresses.add(new BlobAddress(transport, source, repository.repository(), blob));
    }
    return ParallelDownload.open(addresses, retries, threads, options);
  }

  /**
   * Pushes a blob, unless the repository has it.
   *
   * @param repository the repository; tag and digest do not matter
   * @param blob the blob's digest and size
   * @param content the blob
   * @param mountFrom a repository of the same registry that has it, from which it may be taken without being sent
   * @param progress is told the number of bytes of each piece that is sent, also of one that has to be sent again
   * @return whether its content was sent; it is not if the registry has it already
   * @throws IOException as the class says
   */
  public boolean pushBlob(
      Reference repository,
      Descriptor blob,
      BlobContent content,
      Optional<String> mountFrom,
      LongConsumer progress)
      throws IOException {
    blob.digest().requireVerifiable();
    Endpoint endpoint = hosts.endpoint(repository.domain());
    BlobAddress address = new BlobAddress(transport, endpoint, repository.repository(), blob);
    if (address.exists()) {
      return false;
    }
    return new BlobUpload(transport, retries, options.chunkBytes(), address, content, progress)
        .run(mountFrom);
  }

  /**
   * Pushes a manifest or index. What it refers to has to be there. If it has a subject, and the registry does not keep track
   * of that, the index under the subject's referrers tag is brought up to date.
   *
   * @param reference under what: the digest if it has one, else the tag, else {@code latest}
   * @param type the document's type
   * @param content the document
   * @throws IOException as the class says
   */
  public void pushManifest(Reference reference, MediaType type, byte[] content) throws IOException {
    Endpoint endpoint = hosts.endpoint(reference.domain());
    boolean tracked = manifestUpload.put(endpoint, reference, type, content);
    if (!tracked && type.isManifest()) {
      Manifest manifest = Manifest.parse(content, type, options.limits());
      if (manifest.subject().isPresent()) {
        referrers.add(endpoint, reference, manifest);
      }
    }
  }

  /**
   * Lists the tags of a repository.
   *
   * @param repository the repository; tag and digest do not matter
   * @return the tags in the registry's order
   * @throws IOException as the class says
   */
  public List<String> tags(Reference repository) throws IOException {
    return listings.tags(hosts.endpoint(repository.domain()), repository);
  }

  /**
   * Lists the repositories of a registry, where it allows that; Docker Hub does not.
   *
   * @param registry its host, with a port if need be
   * @return the names of repositories in the registry's order
   * @throws IllegalArgumentException if that is no host
   * @throws IOException as the class says
   */
  public List<String> catalog(String registry) throws IOException {
    Reference named = // checks the host
        new Reference(registry, "catalog/of", Optional.empty(), Optional.empty());
    return listings.repositories(hosts.endpoint(named.domain()));
  }

  /**
   * Lists what refers to a manifest by its {@code subject}.
   *
   * @param repository the repository; tag and digest do not matter
   * @param subject the digest of the manifest
   * @param artifactType the type of artifacts to list; all if absent
   * @return descriptors of manifests, with their annotations
   * @throws IOException as the class says
   */
  public List<Descriptor> referrers(
      Reference repository, Digest subject, Optional<MediaType> artifactType) throws IOException {
    return referrers.list(hosts.endpoint(repository.domain()), repository, subject, artifactType);
  }

  /**
   * Searches Docker Hub.
   *
   * @param term what to search for
   * @param maximum how many results are wanted at most
   * @return what it found, the best first
   * @throws IOException as the class says
   */
  public List<SearchResult> search(String term, int maximum) throws IOException {
    int bounded = Math.min(maximum, options.maxNames());
    return new HubSearch(transport, options.limits())
        .search(hosts.endpoint(HubSearch.HOST), term, bounded);
  }

  /**
   * Deletes a manifest, if the reference has a digest, with all its tags; else a tag, where the registry can. Where the
   * registry does not keep track of subjects, the manifest is taken out of the index under its subject's referrers tag.
   *
   * @param reference the manifest or tag
   * @throws IOException as the class says
   */
  public void delete(Reference reference) throws IOException {
    Endpoint endpoint = hosts.endpoint(reference.domain());
    if (reference.digest().isPresent()) {
      RemoteManifest found = manifests.get(endpoint, reference);
      if (found.descriptor().mediaType().isManifest()) {
        Manifest manifest = Manifest.parse(found.descriptor(), found.content(), options.limits());
        if (manifest.subject().isPresent()) {
          referrers.remove(endpoint, reference, manifest);
        }
      }
    }
    manifestUpload.delete(endpoint, reference);
  }

  /**
   * Deletes a blob from a repository, where the registry can.
   *
   * @param repository the repository; tag and digest do not matter
   * @param blob the blob
   * @throws IOException as the class says
   */
  public void deleteBlob(Reference repository, Descriptor blob) throws IOException {
    Endpoint endpoint = hosts.endpoint(repository.domain());
    BlobAddress address = new BlobAddress(transport, endpoint, repository.repository(), blob);
    try (Response response = address.delete()) {
      if (response.status() == 404) {
        throw new NotFoundException("blob in the registry", blob.digest().toString());
      }
      response.expect(202);
    }
  }

  /** Ends what is under way. The JDK's HTTP clients end when they are collected; only JDK 21 could close them. */
  @Override
  public void close() {
    closed.countDown();
    threads.shutdownNow();
  }
}
