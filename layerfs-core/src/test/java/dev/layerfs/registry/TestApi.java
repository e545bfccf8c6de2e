package dev.layerfs.registry;

import static dev.layerfs.registry.TestRegistry.error;
import static dev.layerfs.registry.TestRegistry.require;

import com.sun.net.httpserver.HttpExchange;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Limits;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import dev.layerfs.registry.TestRegistry.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request to a {@link TestRegistry}, answered as the specification wants it. */
final class TestApi {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern PATH = Pattern.compile(
      "/v2/(?<name>.+)/(?<kind>manifests|blobs/uploads|blobs|referrers|tags)/(?<rest>[^/]*)");

  private final TestRegistry registry;
  private final TestUploads uploads;
  private final TestLists lists;
  private final HttpExchange exchange;
  private final String method;

  TestApi(TestRegistry registry, TestUploads uploads, TestLists lists, HttpExchange exchange) {
    this.registry = registry;
    this.uploads = uploads;
    this.lists = lists;
    this.exchange = exchange;
    this.method = exchange.getRequestMethod();
  }

  void answer() throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    if (path.equals("/v2/_catalog")) {
      lists.repositories(exchange);
      return;
    }
    Matcher parts = PATH.matcher(path);
    require(parts.matches(), "no such API");
    String name = parts.group("name");
    String rest = parts.group("rest");
    require(NAME.matcher(name).matches() && name.length() < 256, "NAME_INVALID");
    switch (parts.group("kind")) {
      case "manifests" -> manifest(name, rest);
      case "blobs" -> blob(name, Digest.parseAny(rest));
      case "blobs/uploads" -> uploads.handle(exchange, name, rest);
      case "tags" -> lists.tags(exchange, name);
      default -> lists.referrers(exchange, name, Digest.parseAny(rest));
    }
  }

  private void manifest(String name, String reference) throws IOException {
    boolean digest = reference.contains(":");
    require(digest || Reference.isTag(reference), "DST-08: neither a tag nor a digest");
    switch (method) {
      case "GET", "HEAD" -> readManifest(name, reference);
      case "PUT" -> writeManifest(name, reference, digest);
      case "DELETE" -> {
        boolean gone = registry.manifests(name).remove(reference) != null;
        if (gone) {
          TestRegistry.answer(exchange, 202, new byte[0]);
        } else {
          error(exchange, 404, "MANIFEST_UNKNOWN", "no such manifest");
        }
      }
      default -> error(exchange, 405, "UNSUPPORTED", method);
    }
  }

  private void readManifest(String name, String reference) throws IOException {
    String accept = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
    Stored stored = registry.manifests(name).get(reference);
    if (stored == null) {
      error(exchange, 404, "MANIFEST_UNKNOWN", "no such manifest");
      return;
    }
    require(accept.contains(stored.type().value()), "DST-11: Accept lacks " + stored.type());
    exchange.getResponseHeaders().set("Content-Type", stored.type().value());
    exchange
        .getResponseHeaders()
        .set("Docker-Content-Digest", Digest.sha256(stored.content()).toString());
    TestRegistry.answer(exchange, 200, stored.content());
  }

  private void writeManifest(String name, String reference, boolean digest) throws IOException {
    byte[] content = exchange.getRequestBody().readAllBytes();
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    require(type != null && !type.contains(";"), "DST-68, DST-69: Content-Type " + type);
    MediaType mediaType = MediaType.parse(type);
    require(
        new String(content, StandardCharsets.UTF_8).contains("\"mediaType\":\"" + type + "\""),
        "DST-72: the Content-Type is not the document's mediaType");
    registry.requireReferences(name, mediaType, content);
    require(!digest || Digest.parse(reference).matches(content), "DIGEST_INVALID");
    registry.put(name, digest ? "" : reference, mediaType, content);
    exchange.getResponseHeaders().set("Location", "/v2/" + name + "/manifests/" + reference);
    exchange
        .getResponseHeaders()
        .set("Docker-Content-Digest", Digest.sha256(content).toString());
    if (registry.hasReferrers() && mediaType.isManifest()) {
      Manifest.parse(content, mediaType, Limits.DEFAULT)
          .subject()
          .ifPresent(subject ->
              exchange.getResponseHeaders().set("OCI-Subject", subject.digest().toString()));
    }
    TestRegistry.answer(exchange, 201, new byte[0]);
  }

  private void blob(String name, Digest digest) throws IOException {
    Map<Digest, byte[]> blobs = registry.blobs(name);
    byte[] content = blobs.get(digest);
    if (content == null) {
      error(exchange, 404, "BLOB_UNKNOWN", "no such blob");
      return;
    }
    switch (method) {
      case "HEAD" -> TestRegistry.answer(exchange, 200, content);
      case "GET" -> readBlob(digest, content);
      case "DELETE" -> {
        blobs.remove(digest);
        TestRegistry.answer(exchange, 202, new byte[0]);
      }
      default -> error(exchange, 405, "UNSUPPORTED", method);
    }
  }

  private void readBlob(Digest digest, byte[] content) throws IOException {
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
    exchange.getResponseHeaders().set("ETag", "\"" + digest.encoded() + "\"");
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      TestRegistry.answer(exchange, 200, content);
      return;
    }
    Matcher bounds = Pattern.compile("bytes=(\\d+)-(\\d+)").matcher(range);
    require(bounds.matches(), "Range " + range);
    int from = Integer.parseInt(bounds.group(1));
    int to = Math.min(Integer.parseInt(bounds.group(2)), content.length - 1);
    require(from <= to, "Range " + range);
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + to + "/" + content.length);
    TestRegistry.answer(exchange, 206, Arrays.copyOfRange(content, from, to + 1));
  }
}
