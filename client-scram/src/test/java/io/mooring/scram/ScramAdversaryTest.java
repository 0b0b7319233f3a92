package io.mooring.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.auth.AuthenticationExchange;
import io.mooring.error.ErrorCode;
import io.mooring.error.ServerProofException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that lies, step by step. PBKDF2 runs are counted, not timed. */
class ScramAdversaryTest {
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  private static final String EXTENDED = NONCE + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String GOOD_FIRST = "r=" + EXTENDED + ",s=" + SALT + ",i=4096";
  private static final String GOOD_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private final AtomicInteger pbkdf2Runs = new AtomicInteger();

  private final ScramExchange exchange =
      Exchanges.withNonce(
          ScramHash.SHA_256,
          ScramCredential.password("user", Exchanges.secret("pencil")),
          NONCE,
          (hash, str, salt, i) -> {
            pbkdf2Runs.incrementAndGet();
            assertTrue(i <= 100_000, "PBKDF2 was begun with a count that should have been refused");
            return Pbkdf2.HI.hi(hash, str, salt, i);
          });

  @Test
  void genuineBroker_isProven_soThatTheRefusalsBelowMeanSomething() {
    exchange.initialData();
    exchange.respond(Exchanges.utf8(GOOD_FIRST));
    exchange.finish(Exchanges.utf8(GOOD_FINAL));
    assertEquals(1, pbkdf2Runs.get());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r=" + NONCE + ",s=" + SALT + ",i=4096",
        "r=" + NONCE + "\u0001,s=" + SALT + ",i=4096",
        "r=" + NONCE + " x,s=" + SALT + ",i=4096",
        "r=" + NONCE + "\u00e4,s=" + SALT + ",i=4096",
        "r=XOprNGfwEbeRWgbNEkqOmore,s=" + SALT + ",i=4096",
        "r=rOpr,s=" + SALT + ",i=4096",
        "m=ext," + GOOD_FIRST,
        GOOD_FIRST + ",m=ext",
        GOOD_FIRST + ",x=1,m=ext",
        GOOD_FIRST + ",i=5000",
        GOOD_FIRST + ",r=" + EXTENDED,
        GOOD_FIRST + ",",
        GOOD_FIRST + ",x",
        GOOD_FIRST + ",x=",
        GOOD_FIRST + ",1=y",
        "s=" + SALT + ",r=" + EXTENDED + ",i=4096",
        "r=" + EXTENDED + ",i=4096,s=" + SALT,
        "r=" + EXTENDED + ",i=4096",
        "r=" + EXTENDED + ",s=" + SALT,
        "r=" + EXTENDED + ",s=,i=4096",
        "r=" + EXTENDED + ",s=W22ZaJ0SNY7soEsUEjb6gQ,i=4096",
        "r=" + EXTENDED + ",s=W22ZaJ0SNY7soEsUEjb6gR==,i=4096",
        "r=" + EXTENDED + ",s=W22Za*0SNY7soEsUEjb6gQ==,i=4096",
        "r=" + EXTENDED + ",s=W22ZaJ0SNY7soEsU\r\nEjb6gQ==,i=4096",
        "r=" + EXTENDED + ",s=" + SALT + ",i=",
        "r=" + EXTENDED + ",s=" + SALT + ",i=+4096",
        "r=" + EXTENDED + ",s=" + SALT + ",i=-4096",
        "r=" + EXTENDED + ",s=" + SALT + ",i=04096",
        "r=" + EXTENDED + ",s=" + SALT + ",i=0",
        "r=" + EXTENDED + ",s=" + SALT + ",i=4096 ",
        "r=" + EXTENDED + ",s=" + SALT + ",i=4096.0",
        "r=" + EXTENDED + ",s=" + SALT + ",i=\u0664\u0660\u0669\u0666",
        "e=other-error",
      })
  void dishonestServerFirst_isRefused_withoutAnyPbkdf2(String serverFirst) {
    exchange.initialData();
    assertThrows(ServerProofException.class, () -> exchange.respond(Exchanges.utf8(serverFirst)));
    assertEquals(0, pbkdf2Runs.get());
    assertThrows(ServerProofException.class, () -> exchange.finish(Exchanges.utf8(GOOD_FINAL)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | The broker asks for 1 PBKDF2 iterations; the floor is 4,096",
        "4095 | The broker asks for 4,095 PBKDF2 iterations; the floor is 4,096",
        "100001 | The broker asks for 100,001 PBKDF2 iterations; the limit is 100,000",
        "5000000 | The broker asks for 5,000,000 PBKDF2 iterations; the limit is 100,000",
        "2147483647 | The broker asks for 2,147,483,647 PBKDF2 iterations; the limit is 100,000",
        "2147483648 | The broker asks for 2147483648 PBKDF2 iterations; the limit is 100,000",
        "99999999999 | The broker asks for 99999999999 PBKDF2 iterations; the limit is 100,000",
      })
  void iterationsOutOfBounds_areRefused_withoutAnyPbkdf2(String count, String message) {
    exchange.initialData();
    ServerProofException refusal =
        assertThrows(
            ServerProofException.class,
            () -> exchange.respond(Exchanges.utf8("r=" + EXTENDED + ",s=" + SALT + ",i=" + count)));
    assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
    assertEquals(0, pbkdf2Runs.get());
  }

  @Test
  void iterationCountOfThousandsOfDigits_isReportedInBounds() {
    exchange.initialData();
    String digits = "9".repeat(3000);
    ServerProofException refusal =
        assertThrows(
            ServerProofException.class,
            () ->
                exchange.respond(Exchanges.utf8("r=" + EXTENDED + ",s=" + SALT + ",i=" + digits)));
    assertTrue(refusal.getMessage().length() < 400, refusal.getMessage());
  }

  @Test
  void serverFirstOfAnySize_isRefusedBeyond4096Bytes() {
    exchange.initialData();
    byte[] huge = Exchanges.utf8(GOOD_FIRST + ",x=" + "y".repeat(1 << 20));
    assertThrows(ServerProofException.class, () -> exchange.respond(huge));
    assertEquals(0, pbkdf2Runs.get());
  }

  @Test
  void missingServerFirst_isRefused() {
    exchange.initialData();
    assertThrows(ServerProofException.class, () -> exchange.respond(null));
  }

  @Test
  void unknownOptionalExtension_isIgnored_butHashed() {
    exchange.initialData();
    exchange.respond(Exchanges.utf8(GOOD_FIRST + ",x=future,Y=too=long"));
    // The signature of the exchange without the extensions no longer fits.
    assertThrows(ServerProofException.class, () -> exchange.finish(Exchanges.utf8(GOOD_FINAL)));
  }

  @Test
  void nonceWithDel_isEchoedUnchanged_asEmqxSendsIt() {
    exchange.initialData();
    String nonce = NONCE + "\"\u007f~=";
    String clientFinal =
        Exchanges.text(exchange.respond(Exchanges.utf8("r=" + nonce + ",s=" + SALT + ",i=4096")));
    assertTrue(clientFinal.startsWith("c=biws,r=" + nonce + ",p="), clientFinal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v=",
        "x=1",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95A==",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=",
        "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        "v=6rriTRBi",
        "V=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "m=x," + GOOD_FINAL,
        GOOD_FINAL + ",m=x",
        GOOD_FINAL + ",v=AAAA",
        GOOD_FINAL + ",",
        GOOD_FINAL + "\n",
      })
  void dishonestServerFinal_isRefused_andStaysRefused(String serverFinal) {
    exchange.initialData();
    exchange.respond(Exchanges.utf8(GOOD_FIRST));
    assertThrows(ServerProofException.class, () -> exchange.finish(Exchanges.utf8(serverFinal)));
    assertThrows(ServerProofException.class, () -> exchange.finish(Exchanges.utf8(GOOD_FINAL)));
  }

  @Test
  void wrongSignature_saysTruly_whatTheBrokerWasSent() {
    exchange.initialData();
    exchange.respond(Exchanges.utf8(GOOD_FIRST));
    byte[] wrong = Exchanges.utf8("v=" + "A".repeat(43) + "=");
    ServerProofException refusal =
        assertThrows(ServerProofException.class, () -> exchange.finish(wrong));
    assertEquals(ErrorCode.SERVER_SIGNATURE_WRONG, refusal.code());
    assertTrue(refusal.getMessage().contains("CONNECT holds the Will"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("Nothing was sent"), refusal.getMessage());
  }

  @Test
  void successWithoutServerFinal_isRefused_asByEmqxWithAuthenticationOff() {
    exchange.initialData();
    exchange.respond(Exchanges.utf8(GOOD_FIRST));
    ServerProofException refusal =
        assertThrows(ServerProofException.class, () -> exchange.finish(null));
    assertTrue(refusal.getMessage().contains("server-final-message"), refusal.getMessage());
  }

  @Test
  void serverError_isTyped_andItsTextHarmless() {
    exchange.initialData();
    exchange.respond(Exchanges.utf8(GOOD_FIRST));
    ScramServerErrorException refusal =
        assertThrows(
            ScramServerErrorException.class,
            () -> exchange.finish(Exchanges.utf8("e=invalid-proof")));
    assertEquals("invalid-proof", refusal.serverError());

    String hostile = ScramServerErrorException.of(Exchanges.utf8("a\u001b[2J\n")).serverError();
    assertEquals("a?[2J?", hostile);
    assertEquals(
        67, ScramServerErrorException.of(Exchanges.utf8("z".repeat(999))).serverError().length());
  }

  @Test
  void secondChallenge_isRefused_andEndsTheExchange() {
    exchange.initialData();
    exchange.respond(Exchanges.utf8(GOOD_FIRST));
    assertThrows(ServerProofException.class, () -> exchange.respond(Exchanges.utf8(GOOD_FIRST)));
    assertThrows(ServerProofException.class, () -> exchange.finish(Exchanges.utf8(GOOD_FINAL)));
    assertEquals(1, pbkdf2Runs.get());
  }

  @Test
  void successBeforeTheChallenge_isRefused_andEndsTheExchange() {
    exchange.initialData();
    assertThrows(ServerProofException.class, () -> exchange.finish(Exchanges.utf8(GOOD_FINAL)));
    assertThrows(ServerProofException.class, () -> exchange.respond(Exchanges.utf8(GOOD_FIRST)));
    assertEquals(0, pbkdf2Runs.get());
  }

  @Test
  void successTwice_isRefused() {
    exchange.initialData();
    exchange.respond(Exchanges.utf8(GOOD_FIRST));
    exchange.finish(Exchanges.utf8(GOOD_FINAL));
    assertThrows(ServerProofException.class, () -> exchange.finish(Exchanges.utf8(GOOD_FINAL)));
  }

  @Test
  void misuseByTheCaller_isAnIllegalState() {
    assertThrows(IllegalStateException.class, () -> exchange.respond(new byte[0]));
    exchange.initialData();
    assertThrows(IllegalStateException.class, exchange::initialData);
    exchange.close();
    assertThrows(IllegalStateException.class, () -> exchange.respond(new byte[0]));
    assertThrows(IllegalStateException.class, () -> exchange.finish(new byte[0]));
    exchange.close();
  }

  @Test
  void reflectedClientProof_isNoServerSignature() {
    exchange.initialData();
    String clientFinal = Exchanges.text(exchange.respond(Exchanges.utf8(GOOD_FIRST)));
    String proof = clientFinal.substring(clientFinal.indexOf(",p=") + 3);
    assertThrows(ServerProofException.class, () -> exchange.finish(Exchanges.utf8("v=" + proof)));
  }

  @Test
  void everyExchange_hasAFreshNonceOf192Bits() {
    Scram scram = Scram.sha256(ScramCredential.password("user", Exchanges.secret("pencil")));
    AuthenticationExchange one = scram.begin(Exchanges.context(null));
    AuthenticationExchange two = scram.begin(Exchanges.context(null));
    String first = Exchanges.text(java.util.Objects.requireNonNull(one.initialData()));
    String second = Exchanges.text(java.util.Objects.requireNonNull(two.initialData()));
    assertEquals("n,,n=user,r=".length() + 32, first.length());
    assertTrue(!first.equals(second), "the same nonce twice");
  }
}
