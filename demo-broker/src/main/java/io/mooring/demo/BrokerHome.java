package io.mooring.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The temporary folder with HiveMQ's configuration, keystores and data. */
final class BrokerHome {
  private static final int PASSWORD_BYTES = 16;

  private final Path folder;

  private BrokerHome(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes a configuration with one TLS listener on 127.0.0.1.
   *
   * @param port the port, or 0 for a free one
   * @param clientRoots the authorities of client certificates, which are then required; or none
   */
  static BrokerHome create(
      BrokerCertificate certificate, int port, List<X509Certificate> clientRoots)
      throws IOException, GeneralSecurityException {
    BrokerHome home = new BrokerHome(Files.createTempDirectory("mooring-demo-broker-"));
    try {
      home.write(certificate, port, clientRoots);
      return home;
    } catch (IOException | GeneralSecurityException e) {
      home.delete();
      throw e;
    }
  }

  Path configuration() {
    return folder.resolve("conf");
  }

  Path data() {
    return folder.resolve("data");
  }

  Path extensions() {
    return folder.resolve("extensions");
  }

  void delete() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private void write(BrokerCertificate certificate, int port, List<X509Certificate> clientRoots)
      throws IOException, GeneralSecurityException {
    Files.createDirectory(configuration());
    Files.createDirectory(data());
    Files.createDirectory(extensions());
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    Path keys = store(certificate.keyStore(password.toCharArray()), "keys.p12", password);
    String clientAuthentication = "";
    if (!clientRoots.isEmpty()) {
      Path trusted = store(trustStore(clientRoots, password), "clients.p12", password);
      clientAuthentication =
          """
          <client-authentication-mode>REQUIRED</client-authentication-mode>
          <truststore><path>%s</path><password>%s</password></truststore>
          """
              .formatted(trusted, password);
    }
    Files.writeString(
        configuration().resolve("config.xml"),
        """
        <?xml version="1.0"?>
        <hivemq>
          <listeners>
            <tls-tcp-listener>
              <port>%d</port>
              <bind-address>127.0.0.1</bind-address>
              <tls>
                <protocols>
                  <protocol>TLSv1.3</protocol>
                  <protocol>TLSv1.2</protocol>
                </protocols>
                <keystore>
                  <path>%s</path>
                  <password>%s</password>
                  <private-key-password>%s</private-key-password>
                </keystore>
                %s
              </tls>
            </tls-tcp-listener>
          </listeners>
          <persistence><mode>in-memory</mode></persistence>
          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        </hivemq>
        """
            .formatted(port, keys, password, password, clientAuthentication));
  }

  private Path store(KeyStore keyStore, String name, String password)
      throws IOException, GeneralSecurityException {
    Path file = folder.resolve(name);
    try (var out = Files.newOutputStream(file)) {
      keyStore.store(out, password.toCharArray());
    }
    return file;
  }

  private static KeyStore trustStore(List<X509Certificate> roots, String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, password.toCharArray());
    for (int i = 0; i < roots.size(); i++) {
      store.setCertificateEntry("root-" + i, roots.get(i));
    }
    return store;
  }
}
