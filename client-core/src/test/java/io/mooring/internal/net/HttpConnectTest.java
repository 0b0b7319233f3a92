package io.mooring.internal.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.HttpProxy;
import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import io.mooring.error.ProxyException;
import io.mooring.identity.Secret;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConnectTest {
  private static final HttpProxy PROXY = HttpProxy.at("proxy.plant.example", 3128);

  @Test
  void request_namesTheBrokerAndNothingElse() {
    assertEquals(
        "CONNECT broker.example:8883 HTTP/1.1\r\nHost: broker.example:8883\r\n\r\n",
        new String(exchange().request(), US_ASCII));
    assertTrue(
        new String(new HttpConnect(PROXY, "2001:db8::1", 8883).request(), US_ASCII)
            .startsWith("CONNECT [2001:db8::1]:8883 HTTP/1.1\r\n"));
  }

  @Test
  void request_withLogin_carriesItAsBasic() {
    HttpProxy proxy =
        PROXY.dangerous().basicInTheClear("m\u00fcller", Secret.of("p\u00e4ss:word".toCharArray()));
    String request = new String(new HttpConnect(proxy, "broker.example", 8883).request(), US_ASCII);
    String login = request.replaceAll("(?s).*Proxy-Authorization: Basic (\\S+)\r\n\r\n$", "$1");
    assertEquals(
        "m\u00fcller:p\u00e4ss:word",
        new String(Base64.getDecoder().decode(login), java.nio.charset.StandardCharsets.UTF_8));
    assertEquals("http://proxy.plant.example:3128 (with a user name)", proxy.toString());
  }

  @Test
  void request_destroyedPassword_isToldByCode() {
    Secret password = Secret.of("gone".toCharArray());
    HttpProxy proxy = PROXY.dangerous().basicInTheClear("meter", password);
    password.close();
    CredentialException refusal =
        assertThrows(CredentialException.class, new HttpConnect(proxy, "b", 1)::request);
    assertEquals(ErrorCode.CREDENTIAL_DESTROYED, refusal.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"me:ter", "me\rter", "me\u0000"})
  void login_unsendableName_isMisuse(String name) {
    HttpProxy.Dangerous dangerous = PROXY.dangerous();
    Secret password = Secret.of("x".toCharArray());
    assertThrows(IllegalArgumentException.class, () -> dangerous.basicInTheClear(name, password));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 Connection established\r\n\r\n",
        "HTTP/1.0 200 OK\r\nVia: a\r\nX: b\r\n\r\n",
        "HTTP/1.1 200\n\n",
        "HTTP/1.1 204 No Content\r\n\r\n"
      })
  void answer_success_endsWithItsHeaders_inOnePieceAndByteByByte(String answer) {
    ByteBuffer input = bytes(answer + "\u0016\u0003");
    assertTrue(exchange().offer(input));
    assertEquals(2, input.remaining());
    HttpConnect dribbled = exchange();
    for (int i = 0; i < answer.length() - 1; i++) {
      assertFalse(dribbled.offer(bytes(answer.substring(i, i + 1))));
    }
    assertTrue(dribbled.offer(bytes(answer.substring(answer.length() - 1))));
  }

  @ParameterizedTest
  @CsvSource({
    "407, PROXY_AUTHENTICATION",
    "403, PROXY_REFUSED",
    "405, PROXY_REFUSED",
    "301, PROXY_REFUSED",
    "500, PROXY_REFUSED",
    "502, PROXY_CANNOT_REACH_BROKER",
    "503, PROXY_CANNOT_REACH_BROKER",
    "504, PROXY_CANNOT_REACH_BROKER"
  })
  void answer_refusal_hasItsCodeStatusAndWords(int status, ErrorCode code) {
    ProxyException refusal =
        assertThrows(
            ProxyException.class,
            () ->
                exchange()
                    .offer(
                        bytes(
                            "HTTP/1.1 "
                                + status
                                + " So it \u0007is\r\nProxy-Authenticate: Negotiate\r\n"
                                + "proxy-authenticate: Basic realm=\"x\"\r\n\r\n")));
    assertEquals(code, refusal.code());
    assertEquals(status, refusal.status());
    assertEquals(code != ErrorCode.PROXY_AUTHENTICATION, refusal.retryable());
    assertTrue(refusal.getMessage().contains(status + " So it ?is"), refusal::getMessage);
    assertTrue(refusal.getMessage().contains("broker.example:8883"), refusal::getMessage);
    if (status == 407) {
      assertTrue(refusal.getMessage().contains("Negotiate, Basic"), refusal::getMessage);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\u0005\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
        "HTTP/2 200\r\n\r\n",
        "a\n\n"
      })
  void answer_otherProtocol_isNoProxy(String answer) {
    ProxyException refusal =
        assertThrows(ProxyException.class, () -> exchange().offer(bytes(answer)));
    assertEquals(ErrorCode.NOT_A_PROXY, refusal.code());
  }

  @Test
  void answer_withoutEnd_isBounded() {
    HttpConnect exchange = exchange();
    assertFalse(exchange.offer(bytes("HTTP/1.1 200 OK\r\n")));
    ByteBuffer flood = bytes(("X: " + "y".repeat(1000) + "\r\n").repeat(40));
    ProxyException refusal = assertThrows(ProxyException.class, () -> exchange.offer(flood));
    assertEquals(ErrorCode.NOT_A_PROXY, refusal.code());
    assertTrue(refusal.getMessage().contains("16384 bytes"), refusal::getMessage);
  }

  private static HttpConnect exchange() {
    return new HttpConnect(PROXY, "broker.example", 8883);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }
}
