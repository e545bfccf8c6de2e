package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.MediaType;
import dev.layerfs.oci.Reference;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags, repositories, referrers and search. */
final class ListsTest {
  private static final TestImage IMAGE =
      new TestImage().layer(new TarBuilder().file("etc/motd", "hello"));
  private static final Descriptor SUBJECT = IMAGE.manifest().descriptor();
  private static final String TAGS = "GET /v2/app/tags/list";

  private TestRegistry registry;
  private RegistryClient client;
  private Reference app;

  @BeforeEach
  void start() throws IOException {
    registry = new TestRegistry();
    for (String tag : List.of("a", "b", "c", "d", "e")) {
      registry.image("app", tag, IMAGE);
    }
    client = RegistryClient.open(registry.options().maxNames(10).build());
    app = Reference.parse(registry.host() + "/app");
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
    assertEquals(List.of(), registry.complaints());
  }

  @DisplayName("DST-100: page after page, by the last tag's name")
  @Test
  void listsAllPages() throws IOException {
    assertEquals(List.of("a", "b", "c", "d", "e"), client.tags(app));
    assertEquals("GET /v2/app/tags/list?n=2&last=b", registry.asked(TAGS).get(1));
  }

  @Test
  void listsRepositories() throws IOException {
    registry.image("team/one", "1", IMAGE).image("team/two", "1", IMAGE);
    assertEquals(List.of("app", "team/one", "team/two"), client.catalog(registry.host()));
  }

  @Test
  void aRepositoryThatIsNotThereIsNone() throws IOException {
    Reference none = Reference.parse(registry.host() + "/none");
    assertThrows(NotFoundException.class, () -> client.tags(none));
  }

  @Test
  void findsTheLinkAmongOthers() {
    String both = "</a>; rel=\"prev\"; title=\"x, <y>; z\", </b>;rel=\"last Next\"";
    assertEquals(Optional.of("/b"), Links.target(List.of(both), "next"));
    assertEquals(Optional.of("/a"), Links.target(List.of(both), "prev"));
    assertEquals(
        Optional.of("/b"), Links.target(List.of("</a>; rel=up", "</b>; rel=next"), "next"));
    for (String none :
        List.of("", "</a>", "</a>; rel=\"nex t\"", "</a; rel=next", "/a; rel=next")) {
      assertEquals(Optional.empty(), Links.target(List.of(none), "next"), none);
    }
  }

  @Test
  void aNullListIsEmpty() throws IOException {
    registry.fault(TAGS, Faults.body(200, "application/json", "{\"name\":\"app\",\"tags\":null}"));
    assertEquals(List.of(), client.tags(app));
  }

  @DisplayName("F85: a Link to another host is refused")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<http://127.0.0.1:1/v2/app/tags/list>; rel=\"next\"",
        "<https://localhost/v2/app/tags/list>; rel=next",
        "<//other/x>;rel=\"next\"",
        "<a b>; rel=\"next\""
      })
  void linksStayWithinTheOrigin(String link) {
    registry.fault(TAGS, exchange -> {
      exchange.getResponseHeaders().set("Link", link);
      return Faults.body(200, "application/json", "{\"tags\":[\"a\"]}").happens(exchange);
    });
    assertThrows(RegistryException.class, () -> client.tags(app));
  }

  @DisplayName("a list without an end is refused")
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '|',
      value = {"{\"tags\":[\"a\"]} maxNames", "{\"tags\":[]} maxEmptyPages"})
  void row58ListsEnd(String page, String limit) {
    registry.fault(TAGS, exchange -> {
      exchange.getResponseHeaders().set("Link", "</v2/app/tags/list?n=1>; rel=\"next\"");
      return Faults.body(200, "application/json", page).happens(exchange);
    });
    LimitExceededException failure =
        assertThrows(LimitExceededException.class, () -> client.tags(app));
    assertEquals(limit, failure.limit());
  }

  @DisplayName("F85: names with line breaks and the like are refused")
  @ParameterizedTest
  @ValueSource(strings = {"a\\r\\nb", "../x", "", "a b", "\\u001b[31m"})
  void namesAreNames(String name) {
    registry
        .fault(TAGS, Faults.body(200, "application/json", "{\"tags\":[\"" + name + "\"]}"))
        .fault(
            "GET /v2/_catalog",
            Faults.body(200, "application/json", "{\"repositories\":[\"" + name + "\"]}"));
    assertThrows(RegistryException.class, () -> client.tags(app));
    assertThrows(RegistryException.class, () -> client.catalog(registry.host()));
  }

  @Test
  void hostsAreHosts() {
    for (String host : List.of("", "a b", "a/b", "user@host", "host:port", "h\r\nx")) {
      assertThrows(IllegalArgumentException.class, () -> client.catalog(host), host);
    }
  }

  @DisplayName("DST-86 to DST-92, DST-117, DST-125, DST-137, DST-138: with the API, and by the tag")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void listsReferrers(boolean api) throws IOException {
    if (!api) {
      registry.withoutReferrers();
    }
    assertEquals(List.of(), client.referrers(app, SUBJECT.digest(), Optional.empty()));
    Manifest one = TestReferrer.of(SUBJECT, "one");
    Manifest two = TestReferrer.of(SUBJECT, "two");
    TestReferrer.push(client, app, one);
    TestReferrer.push(client, app, two);
    TestReferrer.push(client, app, two);
    List<Descriptor> all = client.referrers(app, SUBJECT.digest(), Optional.empty());
    assertEquals(2, all.size());
    MediaType type = MediaType.parse("application/vnd.example.signature");
    Descriptor found = client.referrers(app, SUBJECT.digest(), Optional.of(type)).stream()
        .filter(each -> each.digest().equals(two.descriptor().digest()))
        .findFirst()
        .orElseThrow();
    assertEquals(Optional.of(type), found.artifactType());
    assertEquals(Map.of("note", "two"), found.annotations());
    assertEquals(
        List.of(), client.referrers(app, SUBJECT.digest(), Optional.of(MediaType.OCI_CONFIG)));
    client.delete(Reference.parse(app + "@" + two.descriptor().digest()));
    assertEquals(
        List.of(one.descriptor().digest()),
        client.referrers(app, SUBJECT.digest(), Optional.empty()).stream()
            .map(Descriptor::digest)
            .toList());
    assertEquals(!api, registry.manifests("app").containsKey(Referrers.tag(SUBJECT.digest())));
  }

  @DisplayName("DST-87: a tag of referrers that is no index is not overwritten")
  @Test
  void anotherUseOfTheTagIsAnError() throws IOException {
    registry.withoutReferrers().image("app", Referrers.tag(SUBJECT.digest()), IMAGE);
    Manifest signature = TestReferrer.of(SUBJECT, "one");
    assertThrows(IOException.class, () -> TestReferrer.push(client, app, signature));
    assertEquals(List.of(), client.referrers(app, SUBJECT.digest(), Optional.empty()), "DST-119");
  }

  @DisplayName("DST-139, DST-140, DST-141: the referrers tag")
  @Test
  void makesReferrersTags() {
    assertEquals("sha256-" + "a".repeat(64), Referrers.tag(new Digest("sha256", "a".repeat(64))));
    assertEquals("sha512-" + "a".repeat(64), Referrers.tag(new Digest("sha512", "a".repeat(128))));
    assertEquals(
        "test-test-" + "x".repeat(20) + "-x",
        Referrers.tag(new Digest("test+test", "x".repeat(20) + "=x")));
    assertEquals("a".repeat(32) + "-b", Referrers.tag(new Digest("a".repeat(40), "b")));
  }

  @Test
  void searchesDockerHub() throws IOException {
    registry.fault("GET /v2/search/repositories/", exchange -> {
      String page = exchange.getRequestURI().getRawQuery().contains("page=1&")
          ? "{\"count\":3,\"next\":\"http://evil.example/\",\"results\":[{\"repo_name\":\"library/debian\","
              + "\"short_description\":\"Debian\",\"star_count\":5,\"pull_count\":7,\"is_official\":true},"
              + "{\"repo_name\":\"x/debian\",\"short_description\":null}]}"
          : "{\"next\":null,\"results\":[{\"repo_name\":\"y/debian\"}]}";
      return Faults.body(200, "application/json", page).happens(exchange);
    });
    HostOptions mapped =
        HostOptions.builder().plainHttp().endpoint(registry.uri("")).build();
    RegistryOptions options =
        ClientOptions.quick().host("hub.docker.com", mapped).build();
    try (RegistryClient hub = RegistryClient.open(options)) {
      List<SearchResult> found = hub.search("deb ian&x", 10);
      assertEquals(new SearchResult("library/debian", "Debian", 5, 7, true), found.get(0));
      assertEquals(3, found.size());
      assertEquals(2, hub.search("deb", 2).size());
    }
    String first = registry.asked().get(0).toString();
    assertTrue(first.contains("query=deb%20ian%26x&page=1&page_size=10"), first);
  }

  @Test
  void dockerHubIsElsewhere() throws IOException {
    registry.image("library/debian", "12", IMAGE);
    HostOptions mapped =
        HostOptions.builder().plainHttp().endpoint(registry.uri("")).build();
    RegistryOptions options = ClientOptions.quick().host("docker.io", mapped).build();
    try (RegistryClient hub = RegistryClient.open(options)) {
      assertEquals(SUBJECT, hub.manifest(Reference.parse("debian:12")).descriptor());
    }
    assertEquals(
        "https://registry-1.docker.io",
        new Hosts(ClientOptions.quick().build()).endpoint("docker.io").base());
  }
}
