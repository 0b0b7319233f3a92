package io.mooring.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.KeystoreException;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsPolicyTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();

  @Test
  void policy_defaults_areTheStrictOnes() {
    TlsPolicy policy = TlsPolicy.systemRoots();
    assertInstanceOf(TlsPolicy.Trust.SystemRoots.class, policy.trust());
    assertEquals(TlsVersion.TLS_1_2, policy.minimumVersion());
    assertTrue(policy.postQuantum());
    assertEquals(CipherPreference.AUTO, policy.cipherPreference());
    assertEquals(List.of(), policy.alpn());
    assertNull(policy.pins());
    assertNull(policy.clockFloor());
    assertFalse(policy.anyHostName());
  }

  @Test
  void policy_changes_makeANewPolicy_andKeepTheRest() {
    PinSet pins = PinSet.dangerous().single(SpkiPin.of(CA.certificate()));
    TlsPolicy first = TlsPolicy.trusting(List.of(CA.certificate()));
    TlsPolicy last =
        first
            .pinned(pins)
            .alpn("mqtt")
            .minimumVersion(TlsVersion.TLS_1_3)
            .postQuantum(false)
            .cipherPreference(CipherPreference.CHACHA20);
    assertNull(first.pins());
    assertEquals(pins, last.pins());
    assertEquals(List.of("mqtt"), last.alpn());
    assertEquals(TlsVersion.TLS_1_3, last.minimumVersion());
    assertFalse(last.postQuantum());
    assertEquals(
        List.of(CA.certificate()),
        assertInstanceOf(TlsPolicy.Trust.Authorities.class, last.trust()).certificates());
    assertTrue(last.toString().contains("1 own authorities"), last.toString());
  }

  @Test
  void policy_trustingPem_readsFileAndBytes(@TempDir Path folder) throws Exception {
    Path file = CA.writeRoot(folder.resolve("ca.pem"));
    for (TlsPolicy policy :
        List.of(TlsPolicy.trusting(file), TlsPolicy.trusting(CA.rootPem().getBytes(UTF_8)))) {
      assertEquals(new TlsPolicy.Trust.Authorities(List.of(CA.certificate())), policy.trust());
    }
    assertThrows(KeystoreException.class, () -> TlsPolicy.trusting(new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> TlsPolicy.trusting(List.of()));
  }

  @Test
  void policy_alpn_isChecked() {
    TlsPolicy policy = TlsPolicy.systemRoots();
    assertThrows(IllegalArgumentException.class, () -> policy.alpn(""));
    assertThrows(IllegalArgumentException.class, () -> policy.alpn("x".repeat(256)));
    assertThrows(IllegalArgumentException.class, () -> policy.alpn("mqtt", "mqtt"));
  }

  @Test
  void policy_anyHostName_isForPinOnlyAlone() {
    assertThrows(
        IllegalStateException.class, () -> TlsPolicy.systemRoots().dangerous().anyHostName());
    PinSet pins = PinSet.dangerous().single(SpkiPin.of(CA.certificate()));
    assertTrue(TlsPolicy.pinOnly(pins).dangerous().anyHostName().anyHostName());
  }
}
