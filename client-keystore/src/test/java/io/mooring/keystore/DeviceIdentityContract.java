package io.mooring.keystore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.KeystoreException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every provider of a device identity keeps: files today, tokens later. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeviceIdentityContract {
  private static final byte[] MESSAGE = "a transcript to sign".getBytes(UTF_8);

  @TempDir Path folder;

  /** An identity in use and the way to take its key away. */
  record Opened(DeviceIdentity identity, AutoCloseable provider) {}

  /** The kinds of key that the provider can hold. */
  Stream<KeyKind> kinds() {
    return Stream.of(KeyKind.values());
  }

  /** Brings a chain and key into the provider and opens it. */
  abstract Opened open(TestIdentity made) throws Exception;

  @ParameterizedTest
  @MethodSource("kinds")
  void chain_leafFirstWithoutTheAnchor(KeyKind kind) throws Exception {
    TestIdentity made = make(kind);
    Opened opened = open(made);
    List<X509Certificate> chain = opened.identity().certificateChain();
    assertEquals(made.certificate(), chain.get(0));
    assertFalse(chain.contains(made.root()));
    for (int i = 1; i < chain.size(); i++) {
      chain.get(i - 1).verify(chain.get(i).getPublicKey());
    }
    assertThrows(UnsupportedOperationException.class, () -> chain.remove(0));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everySchemeClaimed_signsWhatTheLeafVerifies(KeyKind kind) throws Exception {
    DeviceIdentity identity = open(make(kind)).identity();
    PublicKey leaf = identity.certificateChain().get(0).getPublicKey();
    assertEquals(expectedSchemes(kind), identity.signatureSchemes());
    for (SignatureScheme scheme : identity.signatureSchemes()) {
      Signature verifier = verifier(scheme);
      verifier.initVerify(leaf);
      verifier.update(MESSAGE);
      assertTrue(verifier.verify(identity.sign(scheme, MESSAGE)), scheme::name);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void schemeNotClaimed_isMisuse(KeyKind kind) throws Exception {
    DeviceIdentity identity = open(make(kind)).identity();
    EnumSet<SignatureScheme> others = EnumSet.allOf(SignatureScheme.class);
    others.removeAll(identity.signatureSchemes());
    for (SignatureScheme scheme : others) {
      assertThrows(IllegalArgumentException.class, () -> identity.sign(scheme, MESSAGE));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void toString_showsNothingOfTheKey(KeyKind kind) throws Exception {
    TestIdentity made = make(kind);
    Opened opened = open(made);
    String key = HexFormat.of().formatHex(made.privateKey().getEncoded());
    String tail = key.substring(key.length() - 16);
    for (Object shown : List.of(opened.identity(), opened.provider())) {
      assertFalse(shown.toString().toLowerCase(java.util.Locale.ROOT).contains(tail));
      assertNotEquals("", shown.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void closed_signsNoMore(KeyKind kind) throws Exception {
    Opened opened = open(make(kind));
    SignatureScheme scheme = opened.identity().signatureSchemes().iterator().next();
    opened.provider().close();
    opened.provider().close();
    assertThrows(KeystoreException.class, () -> opened.identity().sign(scheme, MESSAGE));
  }

  private static TestIdentity make(KeyKind kind) {
    TestIdentity root = TestCertificates.ca("Mooring Test Root").create();
    TestIdentity issuing = root.issuesCa("Mooring Test Issuing").create();
    return issuing.issues("meter-0042").clientAuth().key(kind).create();
  }

  private static Set<SignatureScheme> expectedSchemes(KeyKind kind) {
    return switch (kind) {
      case EC_P256 -> EnumSet.of(SignatureScheme.ECDSA_SECP256R1_SHA256);
      case EC_P384 -> EnumSet.of(SignatureScheme.ECDSA_SECP384R1_SHA384);
      case ED25519 -> EnumSet.of(SignatureScheme.ED25519);
      case RSA_2048, RSA_3072 ->
          EnumSet.range(SignatureScheme.RSA_PSS_RSAE_SHA256, SignatureScheme.RSA_PKCS1_SHA512);
    };
  }

  /** Spelled out once more, so that a slip in the code under test is not repeated here. */
  private static Signature verifier(SignatureScheme scheme) throws Exception {
    return switch (scheme) {
      case ECDSA_SECP256R1_SHA256 -> Signature.getInstance("SHA256withECDSA");
      case ECDSA_SECP384R1_SHA384 -> Signature.getInstance("SHA384withECDSA");
      case ECDSA_SECP521R1_SHA512 -> Signature.getInstance("SHA512withECDSA");
      case ED25519 -> Signature.getInstance("Ed25519");
      case RSA_PSS_RSAE_SHA256 -> pss("SHA-256", 32);
      case RSA_PSS_RSAE_SHA384 -> pss("SHA-384", 48);
      case RSA_PSS_RSAE_SHA512 -> pss("SHA-512", 64);
      case RSA_PKCS1_SHA256 -> Signature.getInstance("SHA256withRSA");
      case RSA_PKCS1_SHA384 -> Signature.getInstance("SHA384withRSA");
      case RSA_PKCS1_SHA512 -> Signature.getInstance("SHA512withRSA");
    };
  }

  private static Signature pss(String hash, int salt) throws Exception {
    Signature engine = Signature.getInstance("RSASSA-PSS");
    engine.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
    return engine;
  }
}
