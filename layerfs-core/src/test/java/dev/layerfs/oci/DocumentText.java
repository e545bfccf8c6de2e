package dev.layerfs.oci;

import java.nio.charset.StandardCharsets;

/** Documents for tests, written as text with single quotes. */
final class DocumentText {
  static final String HEX = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  static final String SHA256 = "sha256:" + HEX;
  static final String CONFIG = "{'mediaType':'application/vnd.oci.image.config.v1+json','digest':'"
      + SHA256 + "','size':10}";
  static final String LAYER =
      "{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'" + SHA256
          + "','size':10}";

  private DocumentText() {}

  static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  static String manifest(String config, String layers) {
    return "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json','config':"
        + config + ",'layers':[" + layers + "]}";
  }

  static String index(String manifests) {
    return "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.index.v1+json','manifests':["
        + manifests + "]}";
  }

  /** An entry of an index; extra members begin with a comma. */
  static String entry(String extra) {
    return "{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':'" + SHA256
        + "','size':10" + extra + "}";
  }

  static String config(String diffIds) {
    return "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':[" + diffIds
        + "]}}";
  }
}
