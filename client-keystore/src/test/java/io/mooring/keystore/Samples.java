package io.mooring.keystore;

import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.SpkiPin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/** What the tests put into keystores. */
final class Samples {
  static final String PASSWORD = Canaries.STOREPASS;

  static final String PASSPHRASE = "correct horse battery staple";

  private Samples() {}

  /** A BCFKS file of a folder, made of a PKCS#12 file beside it. */
  static BcfksIdentity bcfks(Path folder, TestIdentity made) {
    Path pkcs12 = folder.resolve("device.p12");
    Path bcfks = folder.resolve("device.bcfks");
    try (Secret password = password();
        Secret passphrase = secret(PASSPHRASE)) {
      try (var writer = DeviceKeystoreFile.create(pkcs12, password)) {
        writer.putIdentity(made.privateKey(), made.chain()).save();
      }
      BcfksIdentity.convert(pkcs12, password, bcfks, passphrase);
      return BcfksIdentity.open(bcfks, passphrase);
    }
  }

  static Secret password() {
    return Secret.of(PASSWORD.toCharArray());
  }

  static Secret secret(String text) {
    return Secret.of(text.toCharArray());
  }

  static TestIdentity device(String name) {
    return TestCertificates.ca("Mooring Test Root").create().client(name);
  }

  static ScramKeys scram256() {
    return scram("SCRAM-SHA-256", "meter-0042", 32, (byte) 0x11);
  }

  static ScramKeys scram512() {
    return scram("SCRAM-SHA-512", "M\u00eater, 42\n=", 64, (byte) 0x55);
  }

  static ScramKeys scram(String mechanism, String user, int bytes, byte fill) {
    byte[] clientKey = new byte[bytes];
    byte[] serverKey = new byte[bytes];
    Arrays.fill(clientKey, fill);
    Arrays.fill(serverKey, (byte) (fill + 1));
    return new SoftwareScramKeys(
        mechanism, user, new byte[] {0, 1, -1, 10}, 4096, clientKey, serverKey);
  }

  static List<SpkiPin> pins(TestIdentity... identities) {
    return Arrays.stream(identities).map(i -> SpkiPin.of(i.certificate())).toList();
  }

  /** The identity as a handle that signs. */
  static PemIdentity pem(Path folder, TestIdentity identity) throws Exception {
    Path made = Files.createTempDirectory(folder, "pem");
    return PemIdentity.open(
        identity.writeChain(made.resolve("cert.pem")), identity.writeKey(made.resolve("key.pem")));
  }

  /** Writes a file as its owner would: closed to others. */
  static Path write(Path file, byte[] bytes) throws Exception {
    Files.write(file, bytes);
    mode(file, "rw-------");
    return file;
  }

  static void mode(Path file, String mode) throws Exception {
    if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
  }
}
