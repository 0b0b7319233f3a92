package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.AtomicReplace.Step;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A key waits beside the identity in use, and takes its place in one step. */
class PendingKeyTest {
  private static final byte[] MESSAGE = "request".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private final Secret password = Samples.password();
  private final TestIdentity root = TestCertificates.ca("Devices").create();
  private final TestIdentity device = root.client("meter-0042");
  private Path file;

  @BeforeEach
  void makeFile() {
    file = folder.resolve("device.p12");
    try (var writer = DeviceKeystoreFile.create(file, password)) {
      writer.putIdentity(device.privateKey(), device.path()).putScram(Samples.scram256()).save();
    }
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void pendingKey_signsForItsPublicHalf_whileTheIdentityStays(KeyAlgorithm algorithm)
      throws Exception {
    generate(algorithm);
    try (var keystore = Pkcs12Identity.open(file, password)) {
      assertEquals(device.certificate(), keystore.identity().certificateChain().get(0));
      assertTrue(keystore.hasScram());
      PendingKey pending = keystore.pendingKey();
      for (SignatureScheme scheme : pending.signatureSchemes()) {
        Signature verifier = Schemes.engine(scheme);
        verifier.initVerify(pending.publicKey());
        verifier.update(MESSAGE);
        assertTrue(verifier.verify(pending.sign(scheme, MESSAGE)), scheme::toString);
      }
    }
  }

  @Test
  void promotion_replacesTheIdentity_andEmptiesTheSlot() {
    generate(KeyAlgorithm.EC_P256);
    X509Certificate issued = certify();
    try (var writer = DeviceKeystoreFile.edit(file, password)) {
      // SCRAM keys changed in the same edit must not stand in its way.
      writer.putScram(Samples.scram512()).promotePendingKey(List.of(issued)).save();
    }
    try (var keystore = Pkcs12Identity.open(file, password)) {
      assertEquals(List.of(issued), keystore.identity().certificateChain());
      assertFalse(keystore.hasPendingKey());
      assertEquals("SCRAM-SHA-512", keystore.scram().mechanism());
    }
  }

  @Test
  void promotion_withTheCertificateOfAnotherKey_isRefused() {
    generate(KeyAlgorithm.EC_P256);
    try (var writer = DeviceKeystoreFile.edit(file, password)) {
      var refused =
          assertThrows(
              DeviceKeystoreException.class,
              () -> writer.promotePendingKey(List.of(root.client("other").certificate())));
      assertEquals(Reason.KEY_MISMATCH, refused.reason());
    }
  }

  @Test
  void promotion_withoutAPendingKey_saysHowToMakeOne() {
    try (var writer = DeviceKeystoreFile.edit(file, password)) {
      var refused =
          assertThrows(
              DeviceKeystoreException.class,
              () -> writer.promotePendingKey(List.of(device.certificate())));
      assertEquals(Reason.NO_KEY, refused.reason());
      assertTrue(refused.getMessage().contains("keygen"), refused::getMessage);
    }
  }

  @Test
  void pendingIdentity_canBeTriedBeforePromotion_andEndsWithTheFile() {
    generate(KeyAlgorithm.EC_P384);
    X509Certificate issued = certify();
    DeviceIdentity trial;
    try (var keystore = Pkcs12Identity.open(file, password)) {
      trial = keystore.pendingKey().certifiedBy(List.of(issued));
      assertEquals(issued, trial.certificateChain().get(0));
      assertTrue(trial.sign(SignatureScheme.ECDSA_SECP384R1_SHA384, MESSAGE).length > 0);
      assertFalse(keystore.pendingKey().toString().contains("pkcs"));
    }
    try (var keystore = Pkcs12Identity.open(file, password)) {
      PendingKey pending = keystore.pendingKey();
      keystore.close();
      assertThrows(
          DeviceKeystoreException.class,
          () -> pending.sign(SignatureScheme.ECDSA_SECP384R1_SHA384, MESSAGE));
    }
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void process_diesAtAnyStepOfPromotion_anIdentityWorks_andPromotionCanBeRepeated(Step dying)
      throws Exception {
    generate(KeyAlgorithm.EC_P256);
    X509Certificate issued = certify();
    try (var writer =
        DeviceKeystoreFile.edit(
            file,
            password,
            step -> {
              if (step == dying) {
                throw new IOException("the power is gone");
              }
            })) {
      writer.promotePendingKey(List.of(issued));
      assertThrows(DeviceKeystoreException.class, writer::save);
    }
    boolean moved = dying.compareTo(Step.MOVED) >= 0;
    try (var keystore = Pkcs12Identity.open(file, password)) {
      X509Certificate expected = moved ? issued : device.certificate();
      assertEquals(expected, keystore.identity().certificateChain().get(0));
      assertEquals(!moved, keystore.hasPendingKey());
      requireWorks(keystore.identity());
    }
    if (!moved) {
      try (var writer = DeviceKeystoreFile.edit(file, password)) {
        writer.promotePendingKey(List.of(issued)).save();
      }
    }
    try (var keystore = Pkcs12Identity.open(file, password)) {
      assertEquals(issued, keystore.identity().certificateChain().get(0));
    }
  }

  @Test
  void newPendingKey_replacesTheOldOne() {
    generate(KeyAlgorithm.EC_P256);
    PublicKey first = pendingPublicKey();
    generate(KeyAlgorithm.EC_P256);
    assertFalse(first.equals(pendingPublicKey()));
    try (var writer = DeviceKeystoreFile.edit(file, password)) {
      writer.removePendingKey().save();
    }
    try (var keystore = Pkcs12Identity.open(file, password)) {
      assertFalse(keystore.hasPendingKey());
      assertThrows(DeviceKeystoreException.class, keystore::pendingKey);
    }
  }

  @Test
  void pkcs12_readByKeytool_stillHoldsThePendingKey() throws Exception {
    generate(KeyAlgorithm.EC_P256);
    PublicKey before = pendingPublicKey();
    Path copy = folder.resolve("copy.p12");
    Openssl.keytool(
        folder,
        "-importkeystore",
        "-srckeystore",
        file.toString(),
        "-srcstorepass",
        Samples.PASSWORD,
        "-destkeystore",
        copy.toString(),
        "-deststoretype",
        "pkcs12",
        "-deststorepass",
        Samples.PASSWORD);
    Samples.mode(copy, "rw-------");
    try (var keystore = Pkcs12Identity.open(copy, password)) {
      assertArrayEquals(before.getEncoded(), keystore.pendingKey().publicKey().getEncoded());
    }
  }

  private static void requireWorks(DeviceIdentity identity) throws Exception {
    SignatureScheme scheme = identity.signatureSchemes().iterator().next();
    Signature verifier = Schemes.engine(scheme);
    verifier.initVerify(identity.certificateChain().get(0).getPublicKey());
    verifier.update(MESSAGE);
    assertTrue(verifier.verify(identity.sign(scheme, MESSAGE)));
  }

  private void generate(KeyAlgorithm algorithm) {
    try (var writer = DeviceKeystoreFile.edit(file, password)) {
      writer.generatePendingKey(algorithm).save();
    }
  }

  private PublicKey pendingPublicKey() {
    try (var keystore = Pkcs12Identity.open(file, password)) {
      return keystore.pendingKey().publicKey();
    }
  }

  /** The authority puts only the public key into a certificate. */
  private X509Certificate certify() {
    return root.issues("meter-0042")
        .key(KeyKind.EC_P256, new KeyPair(pendingPublicKey(), root.privateKey()))
        .clientAuth()
        .create()
        .certificate();
  }
}
