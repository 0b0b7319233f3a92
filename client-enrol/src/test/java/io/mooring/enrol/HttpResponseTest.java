package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.enrol.EnrolmentException.Reason;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResponseTest {
  private static final int MAX = 1024;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200\r\ncontent-length:5\r\ncontent-length: 5\r\n\r\nhello and more",
        "HTTP/1.1 200 OK\nTransfer-Encoding: Chunked\n\n2;x=y\nhe\n3\nllo\n0\nTrailer: x\n\n",
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
      })
  void body_isReadByLength_chunked_andToTheEnd(String text) {
    HttpResponse response = read(text);
    assertEquals(200, response.status());
    assertEquals("hello", new String(response.body(), StandardCharsets.US_ASCII));
  }

  @Test
  void noContent_hasNoBody() {
    assertEquals(0, read("HTTP/1.1 204 No Content\r\n\r\n").body().length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 999 Odd\r\n\r\n",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
      })
  void brokenAnswer_isAProtocolError(String text) {
    assertEquals(Reason.PROTOCOL, refusal(text).reason());
  }

  @Test
  void whatIsTooLarge_isRefusedBeforeItIsRead() {
    for (String text :
        new String[] {
          "HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n"
              + "x".repeat(0x400)
              + "\r\n1\r\n",
          "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1025),
          "HTTP/1.1 200 OK\r\nA: " + "x".repeat(17_000),
          "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(4000),
          "HTTP/1.1 100 C\r\n\r\n".repeat(6)
        }) {
      assertEquals(Reason.PROTOCOL, refusal(text).reason());
    }
  }

  @Test
  void endlessAnswer_isCutOff() {
    var refused = assertThrows(EnrolmentException.class, () -> HttpResponse.read(() -> 'x', MAX));
    assertEquals(Reason.PROTOCOL, refused.reason());
  }

  @Test
  void retryAfter_isSecondsOrADate() {
    Clock clock = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
    assertEquals(Duration.ofSeconds(120), retryAfter("120").retryAfter(clock));
    assertEquals(
        Duration.ofSeconds(90), retryAfter("Sun, 01 Mar 2026 12:01:30 GMT").retryAfter(clock));
    assertEquals(Duration.ZERO, retryAfter("Sun, 01 Mar 2026 11:00:00 GMT").retryAfter(clock));
    for (String odd : new String[] {"soon", "-1", "1.5", "12345678901", ""}) {
      assertNull(retryAfter(odd).retryAfter(clock), odd);
    }
    assertNull(read("HTTP/1.1 202 A\r\nContent-Length: 0\r\n\r\n").retryAfter(clock));
  }

  @Test
  void serversWords_areBoundedAndPrintable() {
    String words =
        read("HTTP/1.1 400 Bad\r\nContent-Type: text/plain\r\n\r\n\u001b[2Jno\r\nmooring: fine "
                + "x".repeat(500))
            .words();
    assertTrue(words.startsWith("?[2Jno  mooring: fine"), words);
    assertTrue(words.endsWith("...") && words.length() < 310, words);
    assertEquals("", read("HTTP/1.1 400 B\r\nContent-Type: image/png\r\n\r\nabc").words());
  }

  private static HttpResponse retryAfter(String value) {
    return read("HTTP/1.1 202 A\r\nRetry-After: " + value + "\r\nContent-Length: 0\r\n\r\n");
  }

  private static EnrolmentException refusal(String text) {
    return assertThrows(EnrolmentException.class, () -> read(text), text);
  }

  private static HttpResponse read(String text) {
    var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    return HttpResponse.read(in::read, MAX);
  }
}
