package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.Secret;
import io.mooring.keystore.AtomicReplace.Step;
import io.mooring.keystore.PinSetException.Reason;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.SpkiPin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StagedPinsTest {
  private static final String HOST = "broker.example";
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  @TempDir Path folder;

  private final Secret password = Samples.password();
  private final TestIdentity signer = TestCertificates.ca("Pin Authority").create();
  private final List<SpkiPin> old = Samples.pins(Samples.device("old"), Samples.device("spare"));
  private final List<SpkiPin> coming = Samples.pins(Samples.device("new"), Samples.device("next"));
  private Path file;

  @BeforeEach
  void deviceWithOldPins() {
    file = folder.resolve("device.p12");
    try (var keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.pins(old);
      keystore.stagedPins().trustSigners(List.of(SpkiPin.of(signer.certificate())));
      keystore.save();
    }
  }

  @Test
  void wholeLife_stagedPromotedRolledBack_eachDurable() throws Exception {
    PinSetDocument document = sign(signer, HOST, 5);
    try (var keystore = edit()) {
      assertTrue(keystore.stagedPins().accept(document, HOST, NOW));
      keystore.save();
    }
    assertState(old, Optional.of(document), List.of(), 5);
    try (var keystore = edit()) {
      assertEquals(document, keystore.stagedPins().promote(coming.get(0)));
      keystore.save();
    }
    assertState(coming, Optional.empty(), old, 5);
    try (var keystore = edit()) {
      assertEquals(old, keystore.stagedPins().rollBack());
      keystore.save();
    }
    assertState(old, Optional.empty(), List.of(), 5);
    try (var keystore = edit()) {
      assertRefused(Reason.ROLLED_BACK, () -> keystore.stagedPins().accept(document, HOST, NOW));
    }
  }

  @Test
  void sameDocumentAgain_changesNothing_stagedOrInForce() throws Exception {
    PinSetDocument document = sign(signer, HOST, 5);
    try (var keystore = edit()) {
      assertTrue(keystore.stagedPins().accept(document, HOST, NOW));
      assertFalse(keystore.stagedPins().accept(document, HOST, NOW));
      keystore.stagedPins().promote(coming.get(1));
      assertFalse(keystore.stagedPins().accept(document, HOST, NOW));
    }
  }

  @Test
  void olderCounter_isRefused_alsoAfterDiscard() throws Exception {
    try (var keystore = edit()) {
      keystore.stagedPins().accept(sign(signer, HOST, 5), HOST, NOW);
      assertRefused(
          Reason.ROLLED_BACK, () -> keystore.stagedPins().accept(sign(signer, HOST, 4), HOST, NOW));
      keystore.stagedPins().discard();
      assertRefused(
          Reason.ROLLED_BACK, () -> keystore.stagedPins().accept(sign(signer, HOST, 5), HOST, NOW));
      assertTrue(keystore.stagedPins().accept(sign(signer, HOST, 6), HOST, NOW));
    }
  }

  @Test
  void clockThatIsFiveMinutesSlow_isRightEnough() throws Exception {
    try (var keystore = edit()) {
      PinSetDocument document = sign(signer, HOST, 5);
      Instant slow = document.notBefore().minusSeconds(300);
      assertTrue(document.hasBegun(slow));
      assertFalse(document.hasBegun(slow.minusNanos(1)));
      assertTrue(keystore.stagedPins().accept(document, HOST, slow));
    }
  }

  @Test
  void strangersSigner_otherHost_orOutsideValidity_isRefused() throws Exception {
    TestIdentity stranger = TestCertificates.ca("Stranger").create();
    try (var keystore = edit()) {
      StagedPins staged = keystore.stagedPins();
      assertRefused(Reason.UNKNOWN_SIGNER, () -> staged.accept(sign(stranger, HOST, 5), HOST, NOW));
      PinSetDocument document = sign(signer, HOST, 5);
      assertRefused(Reason.OTHER_HOST, () -> staged.accept(document, "other.example", NOW));
      assertRefused(
          Reason.NOT_YET_VALID,
          () -> staged.accept(document, HOST, document.notBefore().minusSeconds(301)));
      assertRefused(
          Reason.EXPIRED, () -> staged.accept(document, HOST, document.notAfter().plusSeconds(1)));
      assertRefused(Reason.NOT_YET_VALID, () -> staged.accept(document, HOST, Instant.EPOCH));
      assertTrue(staged.accept(document, "BROKER.example", document.notAfter()));
    }
  }

  @Test
  void signersGone_nothingIsAccepted() throws Exception {
    try (var keystore = edit()) {
      keystore.stagedPins().trustSigners(List.of());
      assertRefused(
          Reason.UNKNOWN_SIGNER,
          () -> keystore.stagedPins().accept(sign(signer, HOST, 5), HOST, NOW));
    }
  }

  @Test
  void promotion_needsTheLiveBrokersPin() throws Exception {
    try (var keystore = edit()) {
      StagedPins staged = keystore.stagedPins();
      assertRefused(Reason.NONE_STAGED, () -> staged.promote(coming.get(0)));
      staged.accept(sign(signer, HOST, 5), HOST, NOW);
      assertRefused(Reason.NOT_MATCHED, () -> staged.promote(old.get(0)));
      keystore.save();
    }
    assertEquals(old, pins());
  }

  @Test
  void rollBack_withoutAPromotion_orAfterPinsSetByHand_isRefused() throws Exception {
    try (var keystore = edit()) {
      assertRefused(Reason.NO_PREVIOUS, () -> keystore.stagedPins().rollBack());
      keystore.stagedPins().accept(sign(signer, HOST, 5), HOST, NOW);
      keystore.stagedPins().promote(coming.get(0));
      keystore.pins(coming);
      assertRefused(Reason.NO_PREVIOUS, () -> keystore.stagedPins().rollBack());
    }
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void promotion_diskFailsAtAnyStep_leavesTheOldOrTheNewSetWhole(Step failing) throws Exception {
    PinSetDocument document = sign(signer, HOST, 5);
    try (var keystore = edit()) {
      keystore.stagedPins().accept(document, HOST, NOW);
      keystore.save();
    }
    try (var keystore =
        DeviceKeystoreFile.edit(
            file,
            password,
            step -> {
              if (step == failing) {
                throw new IOException("No space left on device");
              }
            })) {
      keystore.stagedPins().promote(coming.get(0));
      assertThrows(DeviceKeystoreException.class, keystore::save);
    }
    if (failing.compareTo(Step.MOVED) >= 0) {
      assertState(coming, Optional.empty(), old, 5);
    } else {
      assertState(old, Optional.of(document), List.of(), 5);
    }
  }

  @Test
  void outboxKey_isAHandle_thatFollowsReload_andStaysUnlessReplaced() throws Exception {
    byte[] data = {1, 2, 3};
    try (var keystore = Pkcs12Identity.open(file, password)) {
      assertFalse(keystore.hasOutboxKey());
      var missing = assertThrows(DeviceKeystoreException.class, keystore::outboxKey);
      assertEquals(DeviceKeystoreException.Reason.NO_OUTBOX_KEY, missing.reason());
    }
    try (var keystore = edit()) {
      keystore.makeOutboxKey().save();
    }
    byte[] first;
    try (var keystore = Pkcs12Identity.open(file, password)) {
      var key = keystore.outboxKey();
      assertEquals("HmacSHA256", key.algorithm());
      first = key.mac(data);
      assertEquals(32, first.length);
      try (var editor = edit()) {
        editor.pins(coming).save();
      }
      assertTrue(keystore.reload(password));
      assertEquals(List.of(bytes(first)), List.of(bytes(key.mac(data))));
      try (var editor = edit()) {
        editor.makeOutboxKey().save();
      }
      assertTrue(keystore.reload(password));
      assertFalse(bytes(first).equals(bytes(key.mac(data))));
      keystore.close();
      assertThrows(DeviceKeystoreException.class, () -> key.mac(data));
      assertFalse(key.toString().contains(bytes(first)));
    }
    try (var keystore = edit()) {
      keystore.removeOutboxKey().save();
    }
    try (var keystore = Pkcs12Identity.open(file, password)) {
      assertFalse(keystore.hasOutboxKey());
    }
  }

  private static String bytes(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private DeviceKeystoreFile edit() {
    return DeviceKeystoreFile.edit(file, password);
  }

  private List<SpkiPin> pins() {
    try (var keystore = Pkcs12Identity.open(file, password)) {
      return keystore.pins();
    }
  }

  private void assertState(
      List<SpkiPin> inForce,
      Optional<PinSetDocument> staged,
      List<SpkiPin> previous,
      long counter) {
    try (var keystore = Pkcs12Identity.open(file, password)) {
      assertEquals(inForce, keystore.pins());
      assertEquals(
          new PinRotation(List.of(SpkiPin.of(signer.certificate())), counter, staged, previous),
          keystore.pinRotation());
    }
  }

  private static void assertRefused(Reason reason, Executable call) {
    assertEquals(reason, assertThrows(PinSetException.class, call).reason());
  }

  private PinSetDocument sign(TestIdentity key, String host, long counter) throws Exception {
    try (PemIdentity pem = Samples.pem(folder, key)) {
      return PinSetDocument.sign(
          host, coming, counter, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(30)), pem);
    }
  }
}
