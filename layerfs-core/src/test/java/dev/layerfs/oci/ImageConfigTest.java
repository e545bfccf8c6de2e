package dev.layerfs.oci;

import static dev.layerfs.oci.DocumentText.LAYER;
import static dev.layerfs.oci.DocumentText.SHA256;
import static dev.layerfs.oci.DocumentText.bytes;
import static dev.layerfs.oci.DocumentText.config;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.layerfs.error.DigestMismatchException;
import dev.layerfs.error.LimitExceededException;
import dev.layerfs.error.MalformedImageException;
import dev.layerfs.error.UnsupportedImageException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageConfigTest {
  private static final String DIFF_ID = "'" + SHA256 + "'";

  private static ImageConfig read(String text) throws IOException {
    return ImageConfig.parse(bytes(text), Limits.DEFAULT);
  }

  @Test
  @DisplayName(
      "CFG-02 CFG-04 CFG-08 CFG-11 CFG-12 CFG-15 CFG-16: all members, and unknown ones kept")
  void reads() throws IOException {
    String text =
        "{'created':'2015-10-31T22:22:56.015925234Z','author':'A <a@example.com>','architecture':'arm64',"
            + "'os':'linux','variant':'v8','os.version':'1','os.features':['f'],'config':{'User':'alice',"
            + "'ExposedPorts':{'8080/tcp':{}},'Env':['PATH=/bin','A=b'],'Entrypoint':['/bin/app'],'Cmd':['--x','y'],"
            + "'Volumes':{'/data':{}},'WorkingDir':'/home/alice','Labels':{'k':'v'},'StopSignal':'SIGTERM','Healthcheck':{}},"
            + "'rootfs':{'diff_ids':[" + DIFF_ID
            + "],'type':'layers'},'history':[{'created':'2015-10-31T22:22:54.69Z',"
            + "'created_by':'ADD','author':'a','comment':'c'},{'created_by':'CMD','empty_layer':true}],'docker_version':'1'}";
    ImageConfig config = read(text);
    assertArrayEquals(bytes(text), config.bytes());
    assertEquals(Optional.of(Instant.parse("2015-10-31T22:22:56.015925234Z")), config.created());
    assertEquals(Optional.of("A <a@example.com>"), config.author());
    assertEquals(
        new Platform("linux", "arm64", Optional.of("v8"), Optional.of("1"), List.of("f")),
        config.platform());
    assertEquals(Optional.of("alice"), config.user());
    assertEquals(Set.of("8080/tcp"), config.exposedPorts());
    assertEquals(List.of("PATH=/bin", "A=b"), config.env());
    assertEquals(List.of("/bin/app"), config.entrypoint());
    assertEquals(List.of("--x", "y"), config.cmd());
    assertEquals(List.of("/bin/app", "--x", "y"), config.command());
    assertEquals(Set.of("/data"), config.volumes());
    assertEquals(Optional.of("/home/alice"), config.workingDir());
    assertEquals(Map.of("k", "v"), config.labels());
    assertEquals(Optional.of("SIGTERM"), config.stopSignal());
    assertEquals(List.of(DiffId.parse(SHA256)), config.diffIds());
    assertEquals(2, config.history().size());
    assertEquals(Optional.of("ADD"), config.history().get(0).createdBy());
    assertEquals(
        Optional.of(Instant.parse("2015-10-31T22:22:54.69Z")),
        config.history().get(0).created());
    assertTrue(config.history().get(1).emptyLayer());
  }

  @Test
  @DisplayName("CFG-09: without entrypoint the first of Cmd is the program")
  void treatsDockersEmptyValuesAsAbsent() throws IOException {
    ImageConfig config = read(config(DIFF_ID)
        .replace(
            "'rootfs'",
            "'created':null,'author':'','config':{'User':'','Cmd':['sh'],'Entrypoint':null,"
                + "'Volumes':null,'Labels':null,'Env':null},'history':null,'rootfs'"));
    assertEquals(List.of("sh"), config.command());
    assertEquals(Optional.empty(), config.user());
    assertEquals(Optional.empty(), config.author());
    assertEquals(Set.of(), config.volumes());
    assertEquals(Optional.empty(), read(config(DIFF_ID)).workingDir());
  }

  @ParameterizedTest
  @DisplayName("CFG-02 CFG-04 CFG-11 CFG-12 CFG-13 CFG-14 CFG-15: required members, and their form")
  @ValueSource(
      strings = {
        "{}",
        "{'os':'linux','rootfs':{'type':'layers','diff_ids':[]}}",
        "{'architecture':'amd64','rootfs':{'type':'layers','diff_ids':[]}}",
        "{'architecture':'amd64','os':'linux'}",
        "{'architecture':'amd64','os':'linux','rootfs':{'diff_ids':[]}}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers'}}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers+base','diff_ids':[]}}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'Layers','diff_ids':[]}}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':['x']}}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':[1]}}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':[]},'created':'yesterday'}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':[]},'config':{'User':1}}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':[]},'config':{'Cmd':'sh'}}",
        "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':[]},'history':[1]}"
      })
  void refusesMalformed(String text) {
    assertThrows(MalformedImageException.class, () -> read(text));
  }

  @Test
  @DisplayName(
      "MAN-08 MAN-09 DSC-20: the config must be the manifest's, of a type we know, with a DiffID for each layer")
  void row64IsCheckedAgainstItsManifest() throws IOException {
    byte[] document = bytes(config(DIFF_ID));
    Descriptor layer = Descriptor.of(MediaType.OCI_LAYER, Digest.parse(SHA256), 1);
    Descriptor described = Descriptor.ofContent(MediaType.OCI_CONFIG, document);
    Manifest good = Manifest.of(described, List.of(layer));
    assertEquals(1, ImageConfig.parse(good, document, Limits.DEFAULT).diffIds().size());
    for (List<Descriptor> layers : List.of(List.<Descriptor>of(), List.of(layer, layer))) {
      Manifest other = Manifest.of(described, layers);
      assertThrows(
          MalformedImageException.class, () -> ImageConfig.parse(other, document, Limits.DEFAULT));
    }
    assertThrows(
        DigestMismatchException.class, () -> ImageConfig.parse(good, bytes("{}"), Limits.DEFAULT));
    Manifest artifact =
        Manifest.of(Descriptor.ofContent(MediaType.OCI_EMPTY, document), List.of(layer));
    assertThrows(
        UnsupportedImageException.class,
        () -> ImageConfig.parse(artifact, document, Limits.DEFAULT));
  }

  @Test
  void row54KeepsTheLimits() throws IOException {
    Limits limits = Limits.DEFAULT.toBuilder().maxLayers(1).build();
    ImageConfig.parse(bytes(config(DIFF_ID)), limits);
    LimitExceededException e = assertThrows(
        LimitExceededException.class,
        () -> ImageConfig.parse(bytes(config(DIFF_ID + "," + DIFF_ID)), limits));
    assertEquals("maxLayers", e.limit());
  }

  @Test
  @DisplayName("OIL-04 OIL-05: the layout's marker is an object with a version")
  void checksTheLayoutMarker() throws IOException {
    ImageLayout.check(ImageLayout.marker(), "oci-layout", Limits.DEFAULT);
    ImageLayout.check(bytes("{'imageLayoutVersion':'1.1.0','x':1}"), "oci-layout", Limits.DEFAULT);
    for (String bad :
        List.of("", "[]", "{}", "{'imageLayoutVersion':null}", "{'imageLayoutVersion':1}")) {
      assertThrows(
          MalformedImageException.class,
          () -> ImageLayout.check(bytes(bad), "oci-layout", Limits.DEFAULT));
    }
    assertThrows(
        UnsupportedImageException.class,
        () -> ImageLayout.check(
            bytes("{'imageLayoutVersion':'2.0.0'}"), "oci-layout", Limits.DEFAULT));
    assertEquals(
        "blobs/sha256/" + DocumentText.HEX,
        ImageLayout.blobPath(Digest.parse(LAYER.split("'", -1)[7])));
  }
}
