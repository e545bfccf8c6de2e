package dev.layerfs.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/** An image as many are: a system, a runtime, an application, and an afterthought. */
final class ShopImage {
  static final String NAME = "team/shop:2.1";

  private static final String[] LIBRARIES = {
    "libc.so.6:1900", "libssl.so.3:690", "libcrypto.so.3:4700", "libstdc++.so.6:2200",
    "libsystemd.so.0:830", "libgnutls.so.30:2100", "libicudata.so.72:6000", "libz.so.1:120"
  };
  private static final String[] MODULES = {
    "modules:9000", "server/libjvm.so:7000", "server/classes.jsa:4100", "libjava.so:300"
  };

  private ShopImage() {}

  /** Writes it as an OCI layout. */
  static Path write(Path directory) throws IOException {
    Random random = new Random(20_261_126);
    try (LayerTar system = new LayerTar();
        LayerTar runtime = new LayerTar();
        LayerTar application = new LayerTar();
        LayerTar afterthought = new LayerTar()) {
      files(system, "usr/lib/x86_64-linux-gnu/", LIBRARIES, random);
      files(
          system, "usr/bin/", new String[] {"bash:1200", "perl:3700", "tar:500", "apt:20"}, random);
      files(
          system,
          "var/cache/apt/",
          new String[] {"pkgcache.bin:2600", "srcpkgcache.bin:1300"},
          random);
      system
          .file("etc/debian_version", "12.5\n")
          .file("etc/hostname", "localhost\n")
          .directory("home")
          .symlink("bin", "usr/bin")
          .symlink("lib", "usr/lib");
      files(runtime, "usr/lib/jvm/java-25/lib/", MODULES, random);
      runtime.file("etc/ssl/certs/java.conf", "storetype = PKCS12\n");
      files(
          application,
          "srv/shop/lib/",
          new String[] {"shop.jar:2400", "h2.jar:2500", "jetty.jar:900"},
          random);
      application
          .file(
              "etc/shop/shop.properties",
              "port = 8080\ndatabase = /var/lib/shop\nlog.level = debug\n")
          .file(
              "srv/shop/run",
              0755,
              "#!/bin/sh\nexec java -jar /srv/shop/lib/shop.jar\n"
                  .getBytes(StandardCharsets.UTF_8));
      files(afterthought, "srv/shop/lib/", new String[] {"shop.jar:2450"}, random);
      afterthought
          .file(
              "etc/shop/shop.properties",
              "port = 8443\ndatabase = /var/lib/shop\nlog.level = info\n")
          .file("etc/shop/tls.pem", "-----BEGIN CERTIFICATE-----\n")
          .whiteout("var/cache/apt");
      return new ImageLayout(directory)
          .layer("/bin/sh -c #(nop) ADD file:debian.tar in /", system.toBytes())
          .layer("RUN /bin/sh -c apt-get install -y java-25-jre-headless", runtime.toBytes())
          .layer("COPY target/lib /srv/shop/lib", application.toBytes())
          .layer(
              "RUN /bin/sh -c rm -rf /var/cache/apt && shop-config --production",
              afterthought.toBytes())
          .write(NAME);
    }
  }

  /** Adds files of given names and sizes in units of 100 bytes. */
  private static void files(LayerTar tar, String directory, String[] files, Random random)
      throws IOException {
    for (String file : files) {
      int colon = file.indexOf(':');
      byte[] content = new byte[Integer.parseInt(file.substring(colon + 1)) * 100];
      random.nextBytes(content);
      tar.file(directory + file.substring(0, colon), 0755, content);
    }
  }
}
