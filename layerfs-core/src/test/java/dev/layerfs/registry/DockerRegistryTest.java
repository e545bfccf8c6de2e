package dev.layerfs.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.layerfs.Image;
import dev.layerfs.LayerStore;
import dev.layerfs.LoadOptions;
import dev.layerfs.PullOptions;
import dev.layerfs.PushOptions;
import dev.layerfs.Rootfs;
import dev.layerfs.TreeDump;
import dev.layerfs.error.NotFoundException;
import dev.layerfs.error.RegistryException;
import dev.layerfs.oci.Descriptor;
import dev.layerfs.oci.Digest;
import dev.layerfs.oci.Index;
import dev.layerfs.oci.Manifest;
import dev.layerfs.oci.Platform;
import dev.layerfs.oci.Reference;
import dev.layerfs.testing.TarBuilder;
import dev.layerfs.testing.TestImage;
import dev.layerfs.testing.TestLayout;
import dev.layerfs.testing.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's docker-registry, with skopeo, podman and umoci on the other side. */
final class DockerRegistryTest {
  private static final TestImage IMAGE = new TestImage()
      .layer(new TarBuilder().directory("etc/").file("etc/motd", "hello"))
      .layer(new TarBuilder().file("big", big()).symlink("etc/link", "motd"));

  @TempDir
  private Path directory;

  private Path layout = Path.of("");

  @BeforeEach
  void needsPrograms() throws IOException {
    DockerRegistry.assume();
    Tool.assume("skopeo");
    Tool.assume("umoci");
    layout = new TestLayout().image("team/app:1", IMAGE).write(directory.resolve("layout"));
  }

  private static byte[] big() {
    byte[] bytes = new byte[3 << 20];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private DockerRegistry open() throws IOException {
    return DockerRegistry.open(directory.resolve("registry"));
  }

  private static RegistryClient client(DockerRegistry registry) throws IOException {
    return RegistryClient.open(
        registry.options().chunkBytes(1 << 20).ranges(2, 512 << 10).build());
  }

  private static Digest push(LayerStore store, RegistryClient client, String reference)
      throws IOException {
    return store.push(
        "team/app:1",
        PushOptions.builder().client(client).destination(reference).build());
  }

  private static Image pull(LayerStore store, RegistryClient client, String reference)
      throws IOException {
    return store.pull(reference, PullOptions.builder().client(client).build()).get(0);
  }

  private static Object tree(Image image) throws IOException {
    try (Rootfs rootfs = image.open()) {
      return TreeDump.of(rootfs.posix());
    }
  }

  @DisplayName("F81: a registry without encryption is told apart from one that can't be reached")
  @Test
  void saysThatARegistryDoesNotEncrypt() throws IOException {
    try (DockerRegistry registry = open();
        RegistryClient client = RegistryClient.open(ClientOptions.quick().build())) {
      Reference app = Reference.parse(registry.host() + "/app:1");
      String message =
          assertThrows(RegistryException.class, () -> client.manifest(app)).getMessage();
      assertTrue(message.contains("plain HTTP"), message);
    }
  }

  @Test
  void whatWePushSkopeoCopiesAndUmociUnpacks() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root: umoci");
    try (DockerRegistry registry = open();
        LayerStore store = LayerStore.inMemory();
        RegistryClient client = client(registry)) {
      store.load(layout);
      assertEquals(
          IMAGE.manifest().descriptor().digest(),
          push(store, client, registry.host() + "/team/pushed:1"));
      Path copy = directory.resolve("copy");
      registry.skopeo(
          "--src-tls-verify=false",
          "docker://" + registry.host() + "/team/pushed:1",
          "oci:" + copy + ":x");
      Path bundle = directory.resolve("bundle");
      Tool.Result unpacked =
          Tool.run(List.of("umoci", "unpack", "--image", copy + ":x", bundle.toString()));
      assertEquals(0, unpacked.status(), unpacked.output());
      assertEquals("hello", Files.readString(bundle.resolve("rootfs/etc/link")));
      assertArrayEquals(big(), Files.readAllBytes(bundle.resolve("rootfs/big")));
    }
  }

  @Test
  void whatWePushPodmanPulls() throws IOException {
    Tool.assume("podman");
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root: podman");
    try (DockerRegistry registry = open();
        LayerStore store = LayerStore.inMemory();
        RegistryClient client = client(registry)) {
      store.load(layout);
      push(store, client, registry.host() + "/team/pushed:1");
      Tool.Result pulled = Tool.run(List.of(
          "podman",
          "--root",
          directory.resolve("podman").toString(),
          "--runroot",
          directory.resolve("podman-run").toString(),
          "--storage-driver",
          "vfs",
          "pull",
          "--tls-verify=false",
          registry.host() + "/team/pushed:1"));
      assertEquals(0, pulled.status(), pulled.output());
      String id = Digest.sha256(IMAGE.config()).encoded();
      assertTrue(pulled.output().contains(id), pulled.output());
    }
  }

  @Test
  void whatSkopeoPushesWePull() throws IOException {
    try (DockerRegistry registry = open();
        LayerStore store = LayerStore.inMemory();
        RegistryClient client = client(registry)) {
      registry.skopeo(
          "--dest-tls-verify=false",
          "oci:" + layout + ":team/app:1",
          "docker://" + registry.host() + "/team/app:2");
      Image pulled = pull(store, client, registry.host() + "/team/app:2");
      assertEquals(List.of(registry.host() + "/team/app:2"), pulled.names());
      assertEquals(tree(store.load(layout).get(0)), tree(pulled));
    }
  }

  @Test
  void blobsThatAreThereAreMountedOrNotSent() throws IOException {
    try (DockerRegistry registry = open();
        LayerStore store = LayerStore.inMemory();
        RegistryClient client = client(registry)) {
      store.load(layout);
      push(store, client, registry.host() + "/team/one:1");
      store.tag("team/app:1", registry.host() + "/team/one:1");
      store.push(
          registry.host() + "/team/one:1",
          PushOptions.builder()
              .client(client)
              .destination(registry.host() + "/team/two:1")
              .build());
      Image pulled = pull(store, client, registry.host() + "/team/two:1");
      assertEquals(IMAGE.manifest().descriptor().digest(), pulled.digest());
    }
  }

  @Test
  void listsAndDeletes() throws IOException {
    try (DockerRegistry registry = open();
        LayerStore store = LayerStore.inMemory();
        RegistryClient client = client(registry)) {
      store.load(layout);
      for (String tag : List.of("a", "b", "c")) {
        push(store, client, registry.host() + "/team/app:" + tag);
      }
      Reference app = Reference.parse(registry.host() + "/team/app");
      assertEquals(List.of("a", "b", "c"), client.tags(app).stream().sorted().toList());
      assertEquals(List.of("team/app"), client.catalog(registry.host()));
      Descriptor found = client.resolve(Reference.parse(app + ":a"));
      assertEquals(IMAGE.manifest().descriptor(), found);
      assertThrows(
          RegistryException.class, () -> client.delete(Reference.parse(app + ":a")), "it can't");
      client.delete(Reference.parse(app + "@" + found.digest()));
      assertThrows(NotFoundException.class, () -> client.manifest(Reference.parse(app + ":a")));
      client.deleteBlob(app, IMAGE.manifest().config());
      assertThrows(
          NotFoundException.class, () -> client.deleteBlob(app, IMAGE.manifest().config()));
    }
  }

  @Test
  void anIndexTravelsBothWays() throws IOException {
    TestImage arm = new TestImage().architecture("arm64").layer(new TarBuilder().file("arm", "1"));
    Index index = Index.empty()
        .withManifests(List.of(
            IMAGE.manifest().descriptor().withPlatform(Platform.of("linux", "amd64")),
            arm.manifest().descriptor().withPlatform(Platform.of("linux", "arm64"))));
    Path multi =
        new TestLayout().index("team/multi:1", index, IMAGE, arm).write(directory.resolve("multi"));
    try (DockerRegistry registry = open();
        LayerStore store = LayerStore.inMemory();
        LayerStore other = LayerStore.inMemory();
        RegistryClient client = client(registry)) {
      store.load(multi, LoadOptions.builder().allPlatforms().build());
      String reference = registry.host() + "/team/multi:1";
      PushOptions toIt =
          PushOptions.builder().client(client).destination(reference).build();
      assertEquals(index.descriptor().digest(), store.push("team/multi:1", toIt));
      PullOptions all = PullOptions.builder().client(client).allPlatforms().build();
      assertEquals(2, other.pull(reference, all).size());
      PullOptions one = PullOptions.builder()
          .client(client)
          .platform(Platform.of("linux", "arm64"))
          .build();
      try (LayerStore third = LayerStore.inMemory()) {
        Image pulled = third.pull(reference, one).get(0);
        assertEquals("arm64", pulled.platform().architecture());
        Digest alone = third.push(
            reference,
            PushOptions.builder()
                .client(client)
                .platform(Platform.of("linux", "arm64"))
                .destination(registry.host() + "/team/arm:1")
                .build());
        assertEquals(arm.manifest().descriptor().digest(), alone, "its index names more");
      }
    }
  }

  @Test
  void referrersAreKeptUnderATag() throws IOException {
    try (DockerRegistry registry = open();
        LayerStore store = LayerStore.inMemory();
        RegistryClient client = client(registry)) {
      store.load(layout);
      push(store, client, registry.host() + "/team/app:1");
      Reference app = Reference.parse(registry.host() + "/team/app");
      Digest subject = IMAGE.manifest().descriptor().digest();
      Manifest signature = TestReferrer.of(IMAGE.manifest().descriptor(), "one");
      TestReferrer.push(client, app, signature);
      List<Descriptor> found = client.referrers(app, subject, Optional.empty());
      assertEquals(1, found.size());
      assertEquals(signature.descriptor().digest(), found.get(0).digest());
      client.delete(Reference.parse(app + "@" + signature.descriptor().digest()));
      assertEquals(List.of(), client.referrers(app, subject, Optional.empty()));
    }
  }

  @Test
  void asksForAPassword() throws IOException {
    try (DockerRegistry registry = DockerRegistry.withPassword(directory.resolve("registry"));
        LayerStore store = LayerStore.inMemory();
        RegistryClient client = client(registry);
        RegistryClient stranger = RegistryClient.open(ClientOptions.quick()
            .host(registry.host(), HostOptions.builder().plainHttp().build())
            .build())) {
      store.load(layout);
      String reference = registry.host() + "/team/app:1";
      push(store, client, reference);
      assertEquals(
          IMAGE.manifest().descriptor().digest(), pull(store, client, reference).digest());
      RegistryException refused =
          assertThrows(RegistryException.class, () -> pull(store, stranger, reference));
      assertEquals(401, refused.status());
      assertEquals(List.of("UNAUTHORIZED"), refused.codes());
      Path config = Files.writeString(
          directory.resolve("config.json"),
          "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\""
              + Base64.getEncoder()
                  .encodeToString((DockerRegistry.USER + ":" + DockerRegistry.PASSWORD)
                      .getBytes(StandardCharsets.UTF_8))
              + "\"}}}");
      try (RegistryClient fromFile = RegistryClient.open(ClientOptions.quick()
          .credentials(DockerConfig.of(config))
          .host(registry.host(), HostOptions.builder().plainHttp().build())
          .build())) {
        assertEquals(List.of("1"), fromFile.tags(Reference.parse(reference)));
      }
    }
  }

  @Test
  void encryptsWithCertificatesOfBothSides() throws IOException {
    Tool.assume("openssl");
    TestAuthority authority = new TestAuthority(directory.resolve("authority"));
    try (DockerRegistry registry =
            DockerRegistry.withTls(directory.resolve("registry"), authority);
        LayerStore store = LayerStore.inMemory()) {
      store.load(layout);
      String reference = registry.host() + "/team/app:1";
      HostOptions known = HostOptions.builder()
          .trust(authority.certificate())
          .clientCertificate(authority.clientCertificate(), authority.clientKey())
          .build();
      try (RegistryClient client =
          RegistryClient.open(ClientOptions.quick().host(registry.host(), known).build())) {
        push(store, client, reference);
        assertEquals(
            IMAGE.manifest().descriptor().digest(),
            pull(store, client, reference).digest());
      }
      HostOptions nameless =
          HostOptions.builder().trust(authority.certificate()).build();
      try (RegistryClient client = RegistryClient.open(
          ClientOptions.quick().host(registry.host(), nameless).build())) {
        assertThrows(IOException.class, () -> pull(store, client, reference));
      }
      try (RegistryClient client = RegistryClient.open(ClientOptions.quick().build())) {
        assertThrows(SSLException.class, () -> pull(store, client, reference));
      }
    }
  }
}
