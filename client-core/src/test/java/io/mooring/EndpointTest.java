package io.mooring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "mqtts://broker.example, broker.example, 8883, mqtts://broker.example:8883",
    "MQTTS://Broker.Example:443, broker.example, 443, mqtts://broker.example:443",
    "mqtts://broker.example/, broker.example, 8883, mqtts://broker.example:8883",
    "mqtts://broker.example.:1, broker.example, 1, mqtts://broker.example:1",
    "mqtts://my_broker, my_broker, 8883, mqtts://my_broker:8883",
    "mqtts://localhost:65535, localhost, 65535, mqtts://localhost:65535",
    "mqtts://192.0.2.7:8884, 192.0.2.7, 8884, mqtts://192.0.2.7:8884",
    "mqtts://[::1], ::1, 8883, mqtts://[::1]:8883",
    "mqtts://[2001:DB8::7]:1883, 2001:db8::7, 1883, mqtts://[2001:db8::7]:1883",
    "mqtts://bücher.example, xn--bcher-kva.example, 8883, mqtts://xn--bcher-kva.example:8883",
  })
  void endpoint_mqtts_isParsed(String uri, String host, int port, String text) {
    Endpoint endpoint = Endpoint.parse(uri);
    assertEquals(host, endpoint.host());
    assertEquals(port, endpoint.port());
    assertEquals(text, endpoint.toString());
    assertEquals(endpoint, Endpoint.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "mqtt, 'mqtt:// is plaintext; Mooring has no plaintext mode'",
    "tcp, 'tcp:// is plaintext; Mooring has no plaintext mode'",
    "ws, ws:// is plaintext",
    "wss, WebSocket",
    "ssl, another client's name",
    "tls, another client's name",
    "http, http:// is not MQTT",
    "https, https:// is not MQTT",
    "ftp, unknown scheme 'ftp'",
  })
  void endpoint_anyOtherScheme_isRefusedByName(String scheme, String part) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Endpoint.parse(scheme + "://broker.example:1883"));
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertTrue(e.getMessage().contains("mqtts://host"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "broker.example",
        "broker.example:8883",
        "mqtts:broker.example",
        "mqtts://",
        "mqtts:///",
        "mqtts://:8883",
        "mqtts://broker.example:",
        "mqtts://broker.example:0",
        "mqtts://broker.example:65536",
        "mqtts://broker.example:-1",
        "mqtts://broker.example:+1",
        "mqtts://broker.example:88 83",
        "mqtts://broker.example:８８８３",
        "mqtts://broker.example/topic",
        "mqtts://broker.example?x=1",
        "mqtts://broker.example#x",
        "mqtts://broker.example\\x",
        "mqtts://2001:db8::7",
        "mqtts://[2001:db8::7",
        "mqtts://[2001:db8::7]8883",
        "mqtts://[broker.example]:8883",
        "mqtts://[fe80::1%25eth0]:8883",
        "mqtts://[::g]",
        "mqtts://1.2.3",
        "mqtts://1.2.3.256",
        "mqtts://0x7f.1",
        "mqtts://broker.0x7f",
        "mqtts://broker-.example",
        "mqtts://a@b",
        "mqtts://-broker.example",
        "mqtts://bro ker.example",
        "mqtts://broker..example",
        "mqtts://.",
        "mqtts://*.example.com",
      })
  void endpoint_malformed_isRefused(String uri) {
    assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(uri));
  }

  @Test
  void endpoint_userInformation_isRefusedWithoutQuotingIt() {
    for (String scheme : new String[] {"mqtts://", "mqtt://", "ftp://", "", "mqtts:"}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> Endpoint.parse(scheme + "meter:secret@broker.example"));
      assertFalse(e.getMessage().contains("secret"), e.getMessage());
    }
  }

  @Test
  void endpoint_longName_isRefused() {
    String label = "a".repeat(63) + ".";
    assertThrows(
        IllegalArgumentException.class, () -> new Endpoint("a".repeat(64) + ".example", 1));
    assertThrows(
        IllegalArgumentException.class, () -> new Endpoint(label.repeat(4) + "example", 1));
  }
}
