package io.mooring.demo;

import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What a factory does once for a broker and a device, here in a folder that goes away again. */
final class QuickstartKeys {
  static final String DEVICE = "pi-0042";
  static final String OPERATOR = "operator";
  private static final int ITERATIONS = 4096;
  private static final int RANDOM_BYTES = 24;

  private final Path folder;
  private final TestIdentity authority;
  private final TestIdentity broker;
  private final PinSet pins;
  private final Secret operatorPassword;

  private QuickstartKeys(
      Path folder,
      TestIdentity authority,
      TestIdentity broker,
      PinSet pins,
      Secret operatorPassword) {
    this.folder = folder;
    this.authority = authority;
    this.broker = broker;
    this.pins = pins;
    this.operatorPassword = operatorPassword;
  }

  /** Makes all keys and files in {@code folder}, which only its owner can enter. */
  static QuickstartKeys make(Path folder) throws IOException {
    TestIdentity authority = TestCertificates.ca("Quickstart CA").create();
    TestIdentity broker = authority.server("localhost");
    TestIdentity backup = TestCertificates.selfSigned("kept offline").create();
    PinSet pins = PinSet.of(SpkiPin.of(broker.certificate()), SpkiPin.of(backup.certificate()));
    QuickstartKeys keys =
        new QuickstartKeys(folder, authority, broker, pins, Secret.ofUtf8(randomAscii()));
    broker.writeChain(keys.brokerChain());
    broker.writeKey(keys.brokerKey());
    keys.enrolOperator();
    keys.enrolDevice();
    return keys;
  }

  Path brokerChain() {
    return folder.resolve("broker.pem");
  }

  Path brokerKey() {
    return folder.resolve("broker.key");
  }

  Path users() {
    return folder.resolve("users");
  }

  Path deviceKeystore() {
    return folder.resolve("device.p12");
  }

  Path deviceStorepass() {
    return folder.resolve("storepass");
  }

  TestIdentity authority() {
    return authority;
  }

  /** The certificate and key that the broker really has. */
  TestIdentity broker() {
    return broker;
  }

  PinSet pins() {
    return pins;
  }

  Secret operatorPassword() {
    return operatorPassword;
  }

  private void enrolOperator() throws IOException {
    char[] password = operatorPassword.copyChars();
    try {
      UsersFile.append(
          users(), DemoUser.of(OPERATOR, DemoUser.Role.OPERATOR, password, ITERATIONS));
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  /** The password exists here only: the broker gets StoredKey, the device salted keys. */
  private void enrolDevice() throws IOException {
    writePrivate(deviceStorepass(), randomAscii());
    try (Secret password = Secret.ofUtf8(randomAscii());
        Secret storepass = Secret.fromFile(deviceStorepass())) {
      char[] characters = password.copyChars();
      DemoUser user = DemoUser.of(DEVICE, DemoUser.Role.DEVICE, characters, ITERATIONS);
      Arrays.fill(characters, '\0');
      UsersFile.append(users(), user);

      var stored = user.credential(ScramHash.SHA_256).orElseThrow();
      try (DerivedScramKeys scram =
              ScramKeyDerivation.derive(
                  ScramHash.SHA_256.mechanism(),
                  DEVICE,
                  password,
                  stored.salt(),
                  stored.iterations());
          DeviceKeystoreFile keystore = DeviceKeystoreFile.create(deviceKeystore(), storepass)) {
        keystore
            .putScram(scram)
            .pins(pins.pins())
            .authorities(List.of(authority.certificate()))
            .save();
      }
    }
  }

  private static byte[] randomAscii() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
  }

  private static void writePrivate(Path file, byte[] content) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, content);
  }
}
