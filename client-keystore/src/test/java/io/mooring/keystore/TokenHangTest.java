package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.testkit.SoftHsm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A call that does not come back from the token: PKCS#11 has no way to end it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TokenHangTest {
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final CountDownLatch back = new CountDownLatch(1);
  private CompletableFuture<Void> hanging = CompletableFuture.completedFuture(null);

  @TempDir Path folder;

  @AfterEach
  void letItComeBack() {
    back.countDown();
    hanging.join();
  }

  @Test
  void othersOfTheToken_areToldAfterAWhile_andServedOnceTheCallIsBack() throws Exception {
    try (Pkcs11Token other = fresh("hangs")) {
      hang("hangs");

      Pkcs11Exception gone = assertThrows(Pkcs11Exception.class, other::labels);

      assertEquals(Reason.GONE, gone.reason());
      assertTrue(gone.retryable());
      assertTrue(
          gone.getMessage()
              .contains("has not come back from the token for 0.05 s, and calls to a token"),
          gone::getMessage);
      assertTrue(gone.getMessage().contains("restart this process"), gone::getMessage);
      Pkcs11Exception opening = assertThrows(Pkcs11Exception.class, () -> impatient("hangs"));
      assertEquals(Reason.GONE, opening.reason());
      assertEquals("Pkcs11Token[Token \"hangs\"]", other.toString());
      letItComeBack();
      assertEquals(List.of(), other.labels());
    }
  }

  @Test
  void close_returns_andTheTokenIsClosedAtOnce() throws Exception {
    Pkcs11Token other = fresh("hangs-closed");
    hang("hangs-closed");
    other.close();
    other.close();
    assertEquals("Pkcs11Token[Token \"hangs-closed\", closed]", other.toString());
    assertEquals(Reason.CLOSED, assertThrows(Pkcs11Exception.class, other::labels).reason());
    letItComeBack();
    // SoftHSM shows a new token once no session is open.
    fresh("hangs-closed-after").close();
  }

  @Test
  void interruptedWhileWaiting_isToldAtOnce_andStaysInterrupted() throws Exception {
    try (Pkcs11Token other = fresh("hangs-interrupted", Duration.ofDays(1))) {
      Thread.currentThread().interrupt();
      assertEquals(List.of(), other.labels(), "what need not wait is done");
      assertTrue(Thread.interrupted());
      hang("hangs-interrupted");
      Thread.currentThread().interrupt();
      Pkcs11Exception gone = assertThrows(Pkcs11Exception.class, other::labels);
      assertTrue(Thread.interrupted());
      assertEquals(Reason.GONE, gone.reason());
      Thread.currentThread().interrupt();
      other.close();
      assertTrue(Thread.interrupted());
    }
  }

  /** A library is restarted for a token that is gone, which waits for every call in it. */
  @Test
  void restartForAnotherToken_isGivenUp_andTheFirstErrorIsTold() throws Exception {
    Path place = SoftHsm.shared().initToken("hangs-away");
    SoftHsm.shared().initToken("hangs-there");
    SoftHsm.shared().initToken("hangs-here");
    try (Pkcs11Token away = impatient("hangs-away");
        Pkcs11Token there = impatient("hangs-there")) {
      Pkcs11KeyPair key = away.generateKeyPair("mqtt", Pkcs11Token.newId(), KeyAlgorithm.EC_P256);
      hang("hangs-here");
      Path elsewhere = Files.move(place, folder.resolve("away"));

      Pkcs11Exception gone =
          assertThrows(
              Pkcs11Exception.class,
              () -> key.sign(SignatureScheme.ECDSA_SECP256R1_SHA256, new byte[1]));

      assertTrue(gone.retryable(), gone::toString);
      assertEquals(List.of(), there.labels());
      assertFalse(hanging.isDone());
      Files.move(elsewhere, place);
    }
  }

  /** A call that is in the token, and in its library, until {@link #letItComeBack}. */
  private void hang(String label) throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    hanging =
        CompletableFuture.runAsync(
            () -> {
              try (RawToken raw = RawToken.open(label)) {
                raw.call(
                    () -> {
                      inside.countDown();
                      back.await();
                    });
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            },
            task -> new Thread(task, "hangs in the token").start());
    inside.await();
  }

  private static Pkcs11Token fresh(String label) {
    return fresh(label, PATIENCE);
  }

  private static Pkcs11Token fresh(String label, Duration patience) {
    SoftHsm.shared().initToken(label);
    return Tokens.softHsm(label, SoftHsm.PIN).patience(patience).open();
  }

  private static Pkcs11Token impatient(String label) {
    return Tokens.softHsm(label, SoftHsm.PIN).patience(PATIENCE).open();
  }
}
