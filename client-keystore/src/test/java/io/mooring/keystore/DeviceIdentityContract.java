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
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every provider of a device identity keeps: files and tokens alike. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeviceIdentityContract {
  private static final byte[] MESSAGE = "a transcript to sign".getBytes(UTF_8);

  @TempDir Path folder;

  /** An identity in use and the way to take its key away. */
  record Opened(DeviceIdentity identity, AutoCloseable provider) {}

  /** An identity, the path it was issued on, and what must not be shown; null if unknown to us. */
  record Provided(Opened opened, List<X509Certificate> path, byte @Nullable [] privateKey) {
    DeviceIdentity identity() {
      return opened.identity();
    }
  }

  /** The kinds of key that the provider can hold. */
  Stream<KeyKind> kinds() {
    return Stream.of(KeyKind.values());
  }

  /** Makes an identity of a kind, issued by an authority below a root, and opens it. */
  abstract Provided provide(KeyKind kind, TestIdentity issuing) throws Exception;

  @ParameterizedTest
  @MethodSource("kinds")
  void chain_leafFirstWithoutTheAnchor(KeyKind kind) throws Exception {
    Provided made = make(kind);
    List<X509Certificate> path = made.path();
    List<X509Certificate> chain = made.identity().certificateChain();
    assertEquals(path.subList(0, path.size() - 1), chain);
    for (int i = 1; i < chain.size(); i++) {
      chain.get(i - 1).verify(chain.get(i).getPublicKey());
    }
    assertThrows(UnsupportedOperationException.class, () -> chain.remove(0));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everySchemeClaimed_signsWhatTheLeafVerifies(KeyKind kind) throws Exception {
    DeviceIdentity identity = make(kind).identity();
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
    DeviceIdentity identity = make(kind).identity();
    EnumSet<SignatureScheme> others = EnumSet.allOf(SignatureScheme.class);
    others.removeAll(identity.signatureSchemes());
    for (SignatureScheme scheme : others) {
      assertThrows(IllegalArgumentException.class, () -> identity.sign(scheme, MESSAGE));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void toString_showsNothingOfTheKey(KeyKind kind) throws Exception {
    Provided made = make(kind);
    byte[] secret = made.privateKey();
    String key = secret == null ? "" : HexFormat.of().formatHex(secret);
    String tail = secret == null ? "pin=" : key.substring(key.length() - 16);
    for (Object shown : List.of(made.identity(), made.opened().provider())) {
      assertFalse(shown.toString().toLowerCase(java.util.Locale.ROOT).contains(tail));
      assertNotEquals("", shown.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void closed_signsNoMore(KeyKind kind) throws Exception {
    Opened opened = make(kind).opened();
    SignatureScheme scheme = opened.identity().signatureSchemes().iterator().next();
    opened.provider().close();
    opened.provider().close();
    assertThrows(KeystoreException.class, () -> opened.identity().sign(scheme, MESSAGE));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void severalThreads_eachSignatureIsWhole(KeyKind kind) throws Exception {
    DeviceIdentity identity = make(kind).identity();
    PublicKey leaf = identity.certificateChain().get(0).getPublicKey();
    SignatureScheme scheme = identity.signatureSchemes().iterator().next();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<byte[]> one = () -> identity.sign(scheme, MESSAGE);
      for (Future<byte[]> signature : threads.invokeAll(Collections.nCopies(16, one))) {
        Signature verifier = verifier(scheme);
        verifier.initVerify(leaf);
        verifier.update(MESSAGE);
        assertTrue(verifier.verify(signature.get()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Provided make(KeyKind kind) throws Exception {
    TestIdentity root = TestCertificates.ca("Mooring Test Root").create();
    return provide(kind, root.issuesCa("Mooring Test Issuing").create());
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
