package io.mooring.internal.wire;

import static io.mooring.internal.wire.WireTests.assertBytes;
import static io.mooring.internal.wire.WireTests.userProperties;
import static io.mooring.internal.wire.WireTests.written;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.Will;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** CONNECT, golden bytes computed by hand from section 3.1. */
class ConnectTest {
  private static final ConnectPacket DEFAULTS =
      new ConnectPacket(
          "c",
          true,
          60,
          0,
          65_535,
          268_435_460,
          0,
          false,
          true,
          List.of(),
          null,
          null,
          null,
          null,
          null);

  @Test
  void connect_defaults_writesNoProperty() {
    assertBytes("10 0e 0004 4d515454 05 02 003c 00 0001 63", written(w -> w.connect(DEFAULTS)));
  }

  @Test
  void connect_everything() {
    Will will =
        new Will(
            Message.to("w")
                .qos(Qos.EXACTLY_ONCE)
                .retain(true)
                .payload("bye")
                .expiry(Duration.ofSeconds(9))
                .contentType("ct")
                .responseTopic("r")
                .correlationData(new byte[] {1})
                .userProperty("x", "y")
                .build(),
            Duration.ofSeconds(5));
    ConnectPacket packet =
        new ConnectPacket(
            "id",
            false,
            0xFFFF,
            0xFFFF_FFFFL,
            20,
            65_536,
            10,
            true,
            false,
            userProperties("k", "v", "k", "w"),
            will,
            "user",
            new byte[] {'p', 0, 'w'},
            "SCRAM",
            new byte[] {'n', ',', ','});
    assertBytes(
        """
        10 73
        0004 4d515454 05 f4 ffff
        30
          11 ffffffff
          15 0005 534352414d
          17 00
          19 01
          21 0014
          22 000a
          26 0001 6b 0001 76
          26 0001 6b 0001 77
          27 00010000
          16 0003 6e2c2c
        0002 6964
        20
          01 01
          02 00000009
          03 0002 6374
          08 0001 72
          09 0001 01
          18 00000005
          26 0001 78 0001 79
        0001 77
        0003 627965
        0004 75736572
        0003 700077
        """,
        written(w -> w.connect(packet)));
  }

  @Test
  void connect_willAtOnce_writesNoDelay() {
    assertBytes(
        "10 14 0004 4d515454 05 0e 003c 00 0001 63 00 0001 77 0000",
        written(w -> w.connect(withWill(Will.of(Message.of("w", new byte[0]))))));
  }

  @Test
  void connect_passwordWithoutUserName_isAllowed() {
    assertBytes(
        "10 13 0004 4d515454 05 42 003c 00 0001 63 0003 616263",
        written(w -> w.connect(withCredentials("abc", null, null))));
  }

  @Test
  void connect_emptyPassword_isNotNoPassword() {
    assertBytes(
        "10 10 0004 4d515454 05 42 003c 00 0001 63 0000",
        written(w -> w.connect(withCredentials("", null, null))));
  }

  @Test
  void connect_longAuthenticationData_growsPropertyLength() {
    byte[] bytes = written(w -> w.connect(withCredentials(null, "m", "x".repeat(32_768))));
    assertEquals(1 + 3 + 10 + 3 + 4 + 3 + 32_768 + 3, bytes.length);
    assertBytes("10 97 80 02", Arrays.copyOf(bytes, 4));
    assertBytes("87 80 02 15", Arrays.copyOfRange(bytes, 14, 18));
  }

  @Test
  void connect_whatCannotBeSent_isRefusedByNameBeforeAnythingIsWritten() {
    WireBuffer buffer = new WireBuffer();
    PacketWriter writer = new PacketWriter(buffer);
    refused(
        writer, withClientId("a\nb"), "client id holds the control character U+000A at index 1");
    refused(writer, withClientId("\u007f"), "U+007F");
    refused(writer, withClientId("\ufffe"), "noncharacter");
    refused(writer, withClientId("x".repeat(65_536)), "65536 bytes");
    refused(writer, withCredentials("x".repeat(65_536), null, null), "password is at most 65535");
    refused(writer, withCredentials(null, null, "x"), "without authentication method");
    refused(
        writer, withCredentials(null, "m", "x".repeat(65_536)), "authentication data is at most");
    refused(
        writer,
        withWill(Will.of(Message.of("w", new byte[65_536]))),
        "the payload of a Will is at most 65535");
    assertEquals(0, buffer.length());
  }

  private static void refused(PacketWriter writer, ConnectPacket packet, String evidence) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> writer.connect(packet));
    assertTrue(String.valueOf(e.getMessage()).contains(evidence), e::getMessage);
  }

  private static ConnectPacket withClientId(String clientId) {
    return new ConnectPacket(
        clientId,
        true,
        60,
        0,
        65_535,
        268_435_460,
        0,
        false,
        true,
        List.of(),
        null,
        null,
        null,
        null,
        null);
  }

  private static ConnectPacket withWill(Will will) {
    return new ConnectPacket(
        "c",
        true,
        60,
        0,
        65_535,
        268_435_460,
        0,
        false,
        true,
        List.of(),
        will,
        null,
        null,
        null,
        null);
  }

  private static ConnectPacket withCredentials(
      @Nullable String password, @Nullable String method, @Nullable String data) {
    return new ConnectPacket(
        "c",
        true,
        60,
        0,
        65_535,
        268_435_460,
        0,
        false,
        true,
        List.of(),
        null,
        null,
        password == null ? null : password.getBytes(StandardCharsets.US_ASCII),
        method,
        data == null ? null : data.getBytes(StandardCharsets.US_ASCII));
  }
}
