package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ByteQueue;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of RFC 8446 for what comes behind the handshake, against a broker that breaks it. */
class EstablishedTlsTest {
  private static final int FATAL = 2;
  private static final int WARNING = 1;
  private static final byte[] KEY_UPDATE = hex("1800000100");
  private static final byte[] KEY_UPDATE_REQUESTED = hex("1800000101");
  private static final byte[] TICKET = hex("04000010 00000e10 01020304 01aa 0002bbcc 0000");

  private final TlsCryptography crypto = new TlsCryptography(null);
  private final ByteQueue output = new ByteQueue(0);
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final TlsSecret clientSecret = secret(1);
  private final TlsSecret serverSecret = secret(2);
  private final EstablishedTls client =
      new EstablishedTls(
          VerifiedServers.any(),
          cipher(clientSecret, serverSecret),
          clientSecret,
          serverSecret,
          output);
  private final Broker broker = new Broker();

  @Test
  void data_isCarriedBothWaysInRecordsOfAtMost16KiB() throws IOException {
    byte[] data = new byte[40_000];
    Arrays.fill(data, (byte) 7);
    client.seal(data, 0, data.length);
    assertArrayEquals(data, broker.data(3));
    take(broker.record(ContentType.application_data, new byte[1 << 14]));
    take(broker.record(ContentType.application_data, "second".getBytes(UTF_8)));
    assertEquals((1 << 14) + 6, received.size());
    assertTrue(client.hasDelivered());
  }

  @Test
  void keyUpdate_changesTheKeyOfWhatIsOpenedAndOfNothingElse() throws IOException {
    for (int round = 0; round < 3; round++) {
      take(broker.handshake(KEY_UPDATE));
      broker.update();
      take(broker.record(ContentType.application_data, new byte[] {1}));
      client.seal(new byte[] {2}, 0, 1);
      assertArrayEquals(new byte[] {2}, broker.data(1));
    }
    assertEquals(3, received.size());
    assertFalse(serverSecret.isAlive(), "the secret of before is destroyed (section 7.2)");
  }

  @Test
  void keyUpdate_requestedTwice_isAnsweredOnceAndBeforeTheNextData() throws IOException {
    for (int round = 0; round < 2; round++) {
      take(broker.handshake(KEY_UPDATE_REQUESTED));
      broker.update();
    }
    assertEquals(0, output.available());
    client.seal(new byte[] {5}, 0, 1);
    assertArrayEquals(KEY_UPDATE, broker.next(ContentType.handshake));
    broker.follow();
    assertArrayEquals(new byte[] {5}, broker.next(ContentType.application_data));
    client.seal(new byte[] {6}, 0, 1);
    assertArrayEquals(new byte[] {6}, broker.data(1));
  }

  @Test
  void keyUpdate_isOursBeforeAKeyHasSealedTooMuch() throws IOException {
    for (long i = 0; i < EstablishedTls.RECORDS_A_KEY; i++) {
      client.seal(KEY_UPDATE, 0, 1);
      if (i + 1 < EstablishedTls.RECORDS_A_KEY) {
        output.removeData(output.available());
      }
    }
    broker.skip(EstablishedTls.RECORDS_A_KEY - 1);
    broker.next(ContentType.application_data);
    client.seal(new byte[] {9}, 0, 1);
    assertArrayEquals(KEY_UPDATE_REQUESTED, broker.next(ContentType.handshake));
    broker.follow();
    assertArrayEquals(new byte[] {9}, broker.next(ContentType.application_data));
  }

  @Test
  void ticket_isIgnored_whole_inPieces_andBehindAnother() throws IOException {
    take(broker.handshake(TICKET));
    for (byte piece : TICKET) {
      take(broker.handshake(piece));
    }
    take(broker.handshake(join(TICKET, TICKET, KEY_UPDATE)));
    broker.update();
    take(broker.record(ContentType.application_data, new byte[3]));
    assertEquals(3, received.size());
    assertEquals(0, output.available());
  }

  @ParameterizedTest
  @CsvSource({
    "0400000f00000e100102030401aa0002bbcc00, decode_error",
    "0400001100000e100102030401aa0002bbcc000000, decode_error",
    "0400001000000e1001020304ffaa0002bbcc0000, decode_error",
    "04008001, decode_error",
    "0400000400000e10, decode_error",
    "180000020000, decode_error",
    "18000000, decode_error",
    "1800000102, illegal_parameter",
    "180000010000, unexpected_message",
    "180000010004, unexpected_message",
    "00000000, unexpected_message",
    "01, unexpected_message",
    "0d000003000000, unexpected_message",
    "14000000, unexpected_message",
    "0b, unexpected_message",
    "63000000, unexpected_message",
  })
  void handshakeMessage_thatIsMalformedOrMayNotCome_isRefusedWithItsAlert(
      String message, String alert) throws IOException {
    refused(alert, broker.handshake(hex(message)));
  }

  @Test
  void ticket_asLongAsTheBound_isTakenInPieces() throws IOException {
    byte[] ticket = new byte[4 + LateMessages.MAX_MESSAGE];
    System.arraycopy(hex("04008000 00000e10 01020304 00 7ff3"), 0, ticket, 0, 15);
    take(broker.handshake(Arrays.copyOfRange(ticket, 0, 16_000)));
    take(broker.handshake(Arrays.copyOfRange(ticket, 16_000, 32_000)));
    take(broker.handshake(Arrays.copyOfRange(ticket, 32_000, ticket.length)));
    take(broker.record(ContentType.application_data, new byte[1]));
    assertEquals(1, received.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {ContentType.application_data, ContentType.alert})
  void handshakeMessage_interruptedByAnotherRecord_isRefused(int type) throws IOException {
    take(broker.handshake(Arrays.copyOf(TICKET, 7)));
    refused("unexpected_message", broker.record((short) type, new byte[] {WARNING, 0}));
  }

  @ParameterizedTest
  @CsvSource({"21, unexpected_message", "22, unexpected_message", "20, unexpected_message"})
  void record_thatIsEmptyButNoData_isRefused(int type, String alert) throws IOException {
    refused(alert, broker.record((short) type, new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 24, 0, 99})
  void record_ofAnotherTypeInside_isRefused(int type) throws IOException {
    refused("unexpected_message", broker.record((short) type, new byte[] {1}));
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 21, 22})
  void record_withoutProtection_isRefused(int type) throws IOException {
    refused("unexpected_message", new byte[] {(byte) type, 3, 3, 0, 2, FATAL, 40});
  }

  @Test
  void record_longerThanAllowed_isRefused() throws IOException {
    refused("record_overflow", broker.record(ContentType.application_data, new byte[16_385]));
  }

  @Test
  void record_shorterThanItsTag_isRefused() throws IOException {
    refused("decode_error", hex("1703030010" + "00".repeat(16)));
  }

  @Test
  void record_withoutAnyType_isRefused() throws IOException {
    refused("unexpected_message", broker.record((short) 0, new byte[100]));
  }

  @Test
  void record_altered_isRefused() throws IOException {
    byte[] record = broker.record(ContentType.application_data, new byte[9]);
    record[8] ^= 1;
    refused("bad_record_mac", record);
    assertEquals(0, received.size());
  }

  @Test
  void record_replayedOrOutOfOrder_isRefused() throws IOException {
    byte[] first = broker.record(ContentType.application_data, new byte[9]);
    take(first);
    refused("bad_record_mac", first);
  }

  @Test
  void record_sealedByTheKeyBeforeAKeyUpdate_isRefused() throws IOException {
    take(broker.handshake(KEY_UPDATE));
    refused("bad_record_mac", broker.record(ContentType.application_data, new byte[9]));
  }

  @Test
  void recordsWithoutData_areABoundedNumberInARow() throws IOException {
    byte[] userCanceled = {WARNING, AlertDescription.user_canceled};
    for (int i = 0; i < EstablishedTls.MOST_WITHOUT_DATA; i++) {
      take(
          i % 2 == 0
              ? broker.record(ContentType.application_data, new byte[0])
              : broker.record(ContentType.alert, userCanceled));
    }
    take(broker.record(ContentType.application_data, new byte[1]));
    for (int i = 0; i < EstablishedTls.MOST_WITHOUT_DATA; i++) {
      take(broker.handshake(TICKET));
    }
    refused("unexpected_message", broker.record(ContentType.application_data, new byte[0]));
  }

  @Test
  void closeNotify_isAnsweredAndEndsBothDirections() throws IOException {
    take(broker.record(ContentType.application_data, "last".getBytes(UTF_8)));
    take(broker.record(ContentType.alert, new byte[] {WARNING, AlertDescription.close_notify}));
    assertTrue(client.closeNotifyReceived());
    assertEquals("last", received.toString(UTF_8));
    assertArrayEquals(new byte[] {WARNING, 0}, broker.next(ContentType.alert));
    assertThrows(IOException.class, () -> client.seal(new byte[1], 0, 1));
    assertThrows(
        IOException.class, () -> take(broker.record(ContentType.application_data, new byte[] {1})));
    client.closeQuietly();
    assertEquals(0, output.available());
  }

  @ParameterizedTest
  @CsvSource({"2, 40", "1, 40", "2, 116", "1, 100", "0, 80", "2, 255"})
  void alert_ofAnyLevel_endsTheConnectionAndIsNotAnswered(int level, int description)
      throws IOException {
    byte[] record = broker.record(ContentType.alert, new byte[] {(byte) level, (byte) description});
    TlsFatalAlertReceived e = assertThrows(TlsFatalAlertReceived.class, () -> take(record));
    assertEquals(description, e.getAlertDescription());
    assertFalse(client.closeNotifyReceived());
    assertEquals(0, output.available());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void alert_thatIsNotOneInItsRecord_isRefused(int length) throws IOException {
    refused("decode_error", broker.record(ContentType.alert, new byte[length]));
  }

  @Test
  void close_saysCloseNotifyOnce() throws IOException {
    client.closeQuietly();
    client.closeQuietly();
    assertArrayEquals(new byte[] {WARNING, 0}, broker.next(ContentType.alert));
    assertEquals(0, output.available());
  }

  @Test
  void sinkThatThrows_endsTheConnectionWithInternalError() throws IOException {
    byte[] record = broker.record(ContentType.application_data, new byte[1]);
    assertThrows(
        IllegalStateException.class,
        () ->
            client.takeRecord(
                record,
                0,
                record.length,
                (buffer, offset, length) -> {
                  throw new IllegalStateException("a fault of the sink");
                }));
    assertArrayEquals(
        new byte[] {FATAL, AlertDescription.internal_error}, broker.next(ContentType.alert));
  }

  @Test
  void wipe_leavesNeitherSecretNorKey() throws IOException {
    client.trim();
    client.seal(new byte[] {1}, 0, 1);
    assertArrayEquals(new byte[] {1}, broker.data(1));
    client.wipe();
    assertFalse(clientSecret.isAlive());
    assertFalse(serverSecret.isAlive());
    assertThrows(TlsFatalAlert.class, () -> client.seal(new byte[1], 0, 1));
    byte[] record = broker.record(ContentType.application_data, new byte[1]);
    assertThrows(TlsFatalAlert.class, () -> take(record));
  }

  private void refused(String alert, byte[] record) throws IOException {
    int before = received.size();
    TlsFatalAlert e = assertThrows(TlsFatalAlert.class, () -> take(record));
    assertEquals(alert, AlertDescription.getName(e.getAlertDescription()), e.getMessage());
    assertEquals(before, received.size());
    assertArrayEquals(
        new byte[] {FATAL, (byte) e.getAlertDescription()}, broker.next(ContentType.alert));
    assertThrows(
        IOException.class, () -> take(broker.record(ContentType.application_data, new byte[1])));
    assertEquals(before, received.size());
  }

  private void take(byte[] record) throws IOException {
    client.takeRecord(record.clone(), 0, record.length, received::write);
  }

  private TlsSecret secret(int fill) {
    byte[] bytes = new byte[48];
    Arrays.fill(bytes, (byte) fill);
    return crypto.createSecret(bytes);
  }

  private static RecordCipher cipher(TlsSecret sealing, TlsSecret opening) {
    try {
      return RecordCipher.ofTls13(sealing, opening, CryptoHashAlgorithm.sha384, true, 32);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  /** The other side: seals whatever a test wants, and opens what the client says. */
  private final class Broker {
    private TlsSecret sealing = secret(2);
    private TlsSecret opening = secret(1);
    private final RecordCipher cipher = cipher(sealing, opening);
    private long sealed;
    private long opened;

    byte[] handshake(byte... message) throws IOException {
      return record(ContentType.handshake, message);
    }

    byte[] record(short type, byte[] content) throws IOException {
      TlsEncodeResult record =
          cipher.encodePlaintext(
              sealed++, type, ProtocolVersion.TLSv12, 5, content, 0, content.length);
      byte[] whole = Arrays.copyOfRange(record.buf, record.off, record.off + record.len);
      int length = record.len - 5;
      System.arraycopy(new byte[] {23, 3, 3, (byte) (length >> 8), (byte) length}, 0, whole, 0, 5);
      return whole;
    }

    /** From now on seals by its next key. */
    void update() throws IOException {
      sealing = cipher.next(sealing);
      cipher.rekeySealing(sealing);
      sealed = 0;
    }

    /** From now on opens by the client's next key. */
    void follow() throws IOException {
      opening = cipher.next(opening);
      cipher.rekeyOpening(opening);
      opened = 0;
    }

    void skip(long records) {
      opened += records;
    }

    /** The content of the client's next record. */
    byte[] next(short type) throws IOException {
      byte[] header = new byte[5];
      output.removeData(header, 0, header.length, 0);
      byte[] body = new byte[(header[3] & 0xFF) << 8 | header[4] & 0xFF];
      output.removeData(body, 0, body.length, 0);
      TlsDecodeResult content =
          cipher.decodeCiphertext(
              opened++, ContentType.application_data, ProtocolVersion.TLSv12, body, 0, body.length);
      assertEquals(type, content.contentType);
      return Arrays.copyOfRange(content.buf, content.off, content.off + content.len);
    }

    byte[] data(int records) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < records; i++) {
        all.writeBytes(next(ContentType.application_data));
      }
      assertEquals(0, output.available());
      return all.toByteArray();
    }
  }
}
