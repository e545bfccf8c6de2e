package dev.layerfs.registry;

import dev.layerfs.error.MalformedImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes of certificate files what the JDK's TLS needs. */
final class Tls {
  private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String KEY_END = "-----END PRIVATE KEY-----";
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "Ed25519");
  private static final char[] NO_PASSWORD = {};

  private Tls() {}

  /**
   * Makes a context.
   *
   * @throws IOException if a file can't be read or is not what it should be
   */
  static SSLContext context(HostOptions host) throws IOException {
    if (host.sslContext().isPresent()) {
      return host.sslContext().get();
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(host), trust(host.authorities()), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificates of a registry can't be used: " + e.getMessage(), e);
    }
  }

  /**
   * Makes a context for clients that encrypt nothing. The JDK's HTTP client makes its default one in any case, and for that
   * reads all authorities that the JDK knows, which takes a tenth of a second.
   *
   * @return a context with which no handshake succeeds
   * @throws IOException if the JDK has no TLS
   */
  static SSLContext trustingNobody() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(List<Path> files)
      throws GeneralSecurityException, IOException {
    KeyStore all = emptyStore();
    int number = 0;
    for (X509Certificate usual : usualAuthorities()) {
      all.setCertificateEntry("jdk" + number++, usual);
    }
    for (Path file : files) {
      for (Certificate certificate : certificates(file)) {
        all.setCertificateEntry("own" + number++, certificate);
      }
    }
    return trustManagers(all);
  }

  private static List<X509Certificate> usualAuthorities() throws GeneralSecurityException {
    List<X509Certificate> usual = new ArrayList<>();
    for (TrustManager manager : trustManagers(null)) {
      if (manager instanceof X509TrustManager x509) {
        usual.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return usual;
  }

  /** With null those that the JDK trusts. */
  private static TrustManager[] trustManagers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keys(HostOptions host)
      throws GeneralSecurityException, IOException {
    if (host.clientCertificate().isEmpty() || host.clientKey().isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        key(host.clientKey().get()),
        NO_PASSWORD,
        certificates(host.clientCertificate().get()).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static List<Certificate> certificates(Path file)
      throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException, IOException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    int begin = pem.indexOf(KEY_BEGIN);
    int end = pem.indexOf(KEY_END);
    if (begin < 0 || end < begin) {
      throw new MalformedImageException(
          file.toString(), "has no private key in PKCS #8 (BEGIN PRIVATE KEY)");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGIN.length(), end));
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        // a key of another algorithm
      }
    }
    throw new MalformedImageException(file.toString(), "has no key of RSA, EC or Ed25519");
  }
}
