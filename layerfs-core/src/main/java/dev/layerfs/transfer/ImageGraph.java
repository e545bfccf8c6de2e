package dev.layerfs.transfer;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.ImageConfig;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import dev.layerfs.oci.PlatformMatcher;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The indexes and manifests that an offer leads to. Every index is read at most once, however often others name it
 * (CVE-2026-53493), and all together may have {@link Limits#maxIndexEntries} entries. Not safe for use by several threads.
 */
public final class ImageGraph {
  private final ImageSource source;
  private final Limits limits;

  /**
   * Makes a graph over a source.
   *
   * @param source where documents are read from
   * @param limits bounds on documents, and on the number and depth of indexes
   */
  public ImageGraph(ImageSource source, Limits limits) {
    this.source = source;
    this.limits = limits;
  }

  /**
   * Returns the manifest that runs on a platform. A source may lack the manifests of other platforms, so the best of those
   * that are there is chosen; of equals the first.
   *
   * @param offered a manifest, which is returned whatever its platform, or an index
   * @param platform the platform to run on
   * @return the manifest; empty if there is none for the platform
   * @throws IOException if a document is malformed, exceeds a limit, or isn't what its descriptor describes
   */
  public Optional<Manifest> select(Descriptor offered, Platform platform) throws IOException {
    if (!offered.mediaType().isIndex()) {
      return Optional.of(Manifest.parse(offered, read(offered), limits));
    }
    PlatformMatcher matcher = new PlatformMatcher(platform);
    for (Descriptor candidate : matcher.select(manifests(offered))) {
      try {
        Manifest manifest = Manifest.parse(candidate, read(candidate), limits);
        if (candidate.platform().isPresent() || runs(manifest, matcher)) {
          return Optional.of(manifest);
        }
      } catch (NotFoundException e) {
        // A source may hold one platform of many.
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the manifests that an index and the indexes in it list.
   *
   * @param root an index
   * @return their descriptors in order, each digest once; the source need not have them all
   * @throws IOException if an index is malformed, exceeds a limit, or isn't what its descriptor describes
   */
  public List<Descriptor> manifests(Descriptor root) throws IOException {
    Walk walk = new Walk();
    walk.index(root, 1);
    return List.copyOf(walk.manifests);
  }

  /**
   * Reads a document whole and verifies it.
   *
   * @param document its descriptor
   * @return its bytes
   * @throws NotFoundException if the source doesn't have it
   * @throws LimitExceededException if it is larger than {@link Limits#maxDocumentBytes}
   * @throws DigestMismatchException if it isn't what the descriptor describes
   */
  public byte[] read(Descriptor document) throws IOException {
    if (document.size() > limits.maxDocumentBytes()) {
      throw new LimitExceededException(
          document.toString(), "maxDocumentBytes", limits.maxDocumentBytes());
    }
    try (InputStream in = source.open(document)) {
      byte[] content = in.readNBytes((int) document.size());
      if (in.read() >= 0) {
        throw new DigestMismatchException(document.toString(), document.size() + " bytes", "more");
      }
      document.verify(content);
      return content;
    }
  }

  /** An entry that names no platform has it in its config; an artifact has none. */
  private boolean runs(Manifest manifest, PlatformMatcher matcher) throws IOException {
    if (!manifest.config().mediaType().isImageConfig()) {
      return false;
    }
    ImageConfig config = ImageConfig.parse(manifest, read(manifest.config()), limits);
    return matcher.rank(config.platform()).isPresent();
  }

  private final class Walk {
    private final Set<Digest> seen = new HashSet<>();
    private final List<Descriptor> manifests = new ArrayList<>();
    private int entries;

    void index(Descriptor descriptor, int depth) throws IOException {
      if (depth > limits.maxIndexDepth()) {
        throw new LimitExceededException(
            descriptor.toString(), "maxIndexDepth", limits.maxIndexDepth());
      }
      Index index = Index.parse(descriptor, read(descriptor), limits);
      for (Descriptor entry : index.manifests()) {
        if (++entries > limits.maxIndexEntries()) {
          throw new LimitExceededException(
              descriptor.toString(), "maxIndexEntries", limits.maxIndexEntries());
        }
        entry(entry, depth);
      }
    }

    private void entry(Descriptor entry, int depth) throws IOException {
      boolean known = entry.mediaType().isIndex() || entry.mediaType().isManifest();
      if (!known || !entry.digest().isVerifiable() || !seen.add(entry.digest())) {
        return;
      }
      if (entry.mediaType().isManifest()) {
        manifests.add(entry);
        return;
      }
      try {
        index(entry, depth + 1);
      } catch (NotFoundException e) {
        // A source may hold one platform of many.
      }
    }
  }
}
