package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.TokenInfo;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a token says about itself, for states that SoftHSM and the TPM cannot be brought into. */
class TokenErrorsTest {
  private static final TokenSearch TOKEN =
      new TokenSearch(Path.of("/usr/lib/vendor.so"), "device-01", null);

  @ParameterizedTest
  @CsvSource({"0,OK", "0x10000,COUNT_LOW", "0x30000,FINAL_TRY", "0x70000,LOCKED"})
  void pinFlags_areTold(String flags, Pkcs11PinState state) {
    assertEquals(
        state, TokenErrors.pinState(new TokenInfo(1, "device-01", "1", Long.decode(flags))));
  }

  @Test
  void lockedToken_isTyped_andFinal() {
    Pkcs11Exception locked = login(Ck.CKR_PIN_LOCKED, Pkcs11PinState.LOCKED);
    assertEquals(Reason.PIN_LOCKED, locked.reason());
    assertEquals(Pkcs11PinState.LOCKED, locked.pinState());
    assertFalse(locked.retryable());
  }

  @Test
  void finalTry_saysThatOneIsLeft() {
    Pkcs11Exception wrong = login(Ck.CKR_PIN_INCORRECT, Pkcs11PinState.FINAL_TRY);
    assertEquals(Reason.PIN_INCORRECT, wrong.reason());
    assertTrue(wrong.getMessage().contains("One attempt is left"), wrong::getMessage);
    Pkcs11Exception last = login(Ck.CKR_PIN_INCORRECT, Pkcs11PinState.LOCKED);
    assertTrue(last.getMessage().contains("locked now"), last::getMessage);
  }

  @Test
  void tokenWithoutPin_saysSo_andOtherTroubleIsNoPinError() {
    assertEquals(
        Reason.PIN_UNUSABLE, login(Ck.CKR_USER_PIN_NOT_INITIALIZED, Pkcs11PinState.OK).reason());
    assertNull(
        TokenErrors.ofLogin(
            TOKEN,
            Pkcs11Pin.protectedAuthenticationPath(),
            Pkcs11PinState.OK,
            new CryptokiException("C_Login", Ck.CKR_DEVICE_ERROR)));
  }

  @ParameterizedTest
  @CsvSource({
    "0x68,NOT_PERMITTED",
    "0x70,UNSUPPORTED",
    "0xE2,READ_ONLY",
    "0x31,FULL",
    "0x32,GONE",
    "0xE0,GONE",
    "0x80000001,FAILED"
  })
  void returnValues_haveTheirReason(String value, Reason reason) {
    Pkcs11Exception error =
        TokenErrors.of(TOKEN, "sign", new CryptokiException("C_Sign", Long.decode(value)));
    assertEquals(reason, error.reason());
    assertEquals(reason == Reason.GONE, error.retryable());
  }

  private static Pkcs11Exception login(long value, Pkcs11PinState after) {
    Pkcs11Exception error =
        TokenErrors.ofLogin(
            TOKEN,
            Pkcs11Pin.protectedAuthenticationPath(),
            after,
            new CryptokiException("C_Login", value));
    assertNotNull(error);
    return error;
  }
}
