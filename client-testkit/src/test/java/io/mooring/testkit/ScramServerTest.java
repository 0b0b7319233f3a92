package io.mooring.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramServerTest {
  private static final char[] PENCIL = "pencil".toCharArray();

  // RFC 7677, section 3.
  private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String SERVER_FIRST =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  private static final String CLIENT_FINAL =
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private static final ScramCredential CREDENTIAL =
      ScramCredential.of(
          ScramHash.SHA_256, PENCIL, Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
  private static final ScramServer.Config CONFIG =
      ScramServer.Config.of(
              ScramHash.SHA_256,
              name -> name.equals("user") ? Optional.of(CREDENTIAL) : Optional.empty())
          .withNonces(() -> SERVER_NONCE);
  private static final ScramServer.Config BOUND =
      CONFIG.withBindings(Map.of("tls-server-end-point", Bytes.utf8("hash")));

  @Test
  void rfc7677Vector_isMetByteForByte() throws Exception {
    ScramServer server = CONFIG.begin();

    assertEquals(SERVER_FIRST, text(server.serverFirst(bytes(CLIENT_FIRST))));
    assertFalse(server.authenticated());
    assertEquals(SERVER_FINAL, text(server.serverFinal(bytes(CLIENT_FINAL))));
    assertTrue(server.authenticated());
    assertEquals("user", server.user());
  }

  @Test
  void wrongProof_isRefused_andTheExchangeIsOver() throws Exception {
    ScramServer server = CONFIG.begin();
    server.serverFirst(bytes(CLIENT_FIRST));
    String wrong = CLIENT_FINAL.replace("p=dHzb", "p=dHzc");

    assertThrows(ScramRefusal.class, () -> server.serverFinal(bytes(wrong)));
    assertThrows(IllegalStateException.class, () -> server.serverFinal(bytes(CLIENT_FINAL)));
    assertFalse(server.authenticated());
  }

  @Test
  void unknownUser_getsALastingSalt_andTheAnswerOfAWrongPassword() throws Exception {
    String clientFirst = CLIENT_FIRST.replace("n=user", "n=nobody");
    ScramServer first = CONFIG.begin();
    ScramServer second = CONFIG.begin();
    byte[] answer = first.serverFirst(bytes(clientFirst));

    assertArrayEquals(answer, second.serverFirst(bytes(clientFirst)));
    assertEquals(SERVER_FIRST.length(), text(answer).length());
    assertNotEquals(SERVER_FIRST, text(answer));
    var stranger = assertThrows(ScramRefusal.class, () -> first.serverFinal(bytes(CLIENT_FINAL)));
    ScramServer known = CONFIG.begin();
    known.serverFirst(bytes(CLIENT_FIRST));
    var wrong =
        assertThrows(
            ScramRefusal.class,
            () -> known.serverFinal(bytes(CLIENT_FINAL.replace("p=dHzb", "p=dHzc"))));
    assertEquals(wrong.getMessage(), stranger.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n",
        "n,,",
        "n,,n=user",
        "n,,r=abc,n=user",
        "n,,n=,r=abc",
        "n,,n=us=er,r=abc",
        "n,,n=user,r=",
        "n,,n=user,r=a\u007fb",
        "n,,m=ext,n=user,r=abc",
        "n,a=other,n=user,r=abc",
        "x,,n=user,r=abc",
        "p=tls-server-end-point,,n=user,r=abc"
      })
  void badClientFirst_isRefused(String message) {
    assertThrows(ScramRefusal.class, () -> CONFIG.begin().serverFirst(bytes(message)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "c=biws,r=x",
        "r=x,c=biws,p=AAAA",
        "c=eSws,r=N,p=AAAA",
        "c=biws,r=N,p=*"
      })
  void badClientFinal_isRefused(String message) throws Exception {
    ScramServer server = CONFIG.begin();
    server.serverFirst(bytes(CLIENT_FIRST));
    String whole = message.replace("r=N", "r=rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE);

    assertThrows(ScramRefusal.class, () -> server.serverFinal(bytes(whole)));
  }

  @Test
  void sameAuthorizationIdentity_andEscapedName_areUnderstood() throws Exception {
    ScramServer server = CONFIG.begin();

    server.serverFirst(bytes("n,a=a=2Cb=3Dc,n=a=2Cb=3Dc,r=abc"));

    assertEquals("a,b=c", server.user());
  }

  @Test
  void plus_demandsABindingOnOffer() throws Exception {
    BOUND.beginPlus().serverFirst(bytes("p=tls-server-end-point,,n=user,r=abc"));
    for (String flag : new String[] {"n", "y", "p=tls-exporter"}) {
      assertThrows(
          ScramRefusal.class, () -> BOUND.beginPlus().serverFirst(bytes(flag + ",,n=user,r=abc")));
    }
  }

  @Test
  void flagY_isADowngrade_whereBindingIsOnOffer() throws Exception {
    CONFIG.begin().serverFirst(bytes("y,,n=user,r=abc"));

    assertThrows(ScramRefusal.class, () -> BOUND.begin().serverFirst(bytes("y,,n=user,r=abc")));
  }

  @Test
  void otherChannel_isRefused() throws Exception {
    ScramServer server = BOUND.beginPlus();
    server.serverFirst(bytes("p=tls-server-end-point,,n=user,r=abc"));
    String binding =
        Base64.getEncoder().encodeToString(bytes("p=tls-server-end-point,,another hash"));

    var refusal =
        assertThrows(
            ScramRefusal.class,
            () -> server.serverFinal(bytes("c=" + binding + ",r=abc" + SERVER_NONCE + ",p=AAAA")));
    assertTrue(refusal.getMessage().contains("another channel"));
  }

  @Test
  void credential_readsBackAsItWasWritten_andShowsNoKey() {
    ScramCredential credential = ScramCredential.of(ScramHash.SHA_512, PENCIL, 4096);
    ScramCredential read = ScramCredential.parse(credential.serialize());

    assertEquals(credential.serialize(), read.serialize());
    assertTrue(read.matches(PENCIL));
    assertFalse(read.matches("pencils".toCharArray()));
    assertEquals("ScramCredential[SHA_512, 4096 iterations]", read.toString());
    assertThrows(IllegalArgumentException.class, () -> ScramCredential.parse("SHA_256$1"));
    assertThrows(
        IllegalArgumentException.class, () -> ScramCredential.of(ScramHash.SHA_256, PENCIL, 0));
  }

  private static byte[] bytes(String message) {
    return message.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.UTF_8);
  }
}
