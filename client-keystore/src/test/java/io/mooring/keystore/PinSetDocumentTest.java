package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.keystore.PinSetException.Reason;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.SpkiPin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PinSetDocumentTest {
  /** Made by OpenSSL; it stands in docs/PIN-SET-FORMAT.md. */
  static final String VECTOR =
      """
      mooring-pin-set 1
      host broker.example
      counter 7
      not-before 2026-11-21T00:00:00Z
      not-after 2026-12-21T00:00:00Z
      pin sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
      pin sha256/ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=
      signer MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8tdK+blZDHbKmWyKxOlKZmHuxNF0xwS6KEufSY+beIS3GrAuNccwK10ia4d+NhSwhvMGuATGYU84+T5z8hxn1g==
      signature MEUCIQC8MLvvm3mudZiDYUXuK5hJAl77y3akXQ36tSVaD8QlgAIgDhagBKthIYl+44TxMLAcDpQjDdqpR7QtUdoesgsWCeE=
      """;

  static final SpkiPin VECTOR_SIGNER =
      SpkiPin.parse("sha256/5OWRG2+khYs6x9QgUcJFmUMYDBHjSEWuxY1W5j0xQro=");

  private static final Instant FROM = Instant.parse("2026-11-21T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2026-12-21T00:00:00Z");

  @TempDir Path folder;

  @Test
  void vector_madeByOpenssl_isReadAndWrittenByteForByte() {
    PinSetDocument document = PinSetDocument.parse(bytes(VECTOR));
    assertEquals("broker.example", document.host());
    assertEquals(7, document.counter());
    assertEquals(FROM, document.notBefore());
    assertEquals(UNTIL, document.notAfter());
    assertEquals(2, document.pins().size());
    assertEquals(VECTOR_SIGNER, document.signer());
    assertArrayEquals(bytes(VECTOR), document.encoded());
  }

  @Test
  void vector_standsInTheDocument() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "PIN-SET-FORMAT.md"));
    assertTrue(page.contains(VECTOR), "docs/PIN-SET-FORMAT.md shows another vector");
  }

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void signed_byEachKindOfKey_isReadBack(KeyKind kind) throws Exception {
    TestIdentity signer = TestCertificates.ca("Pin Authority").key(kind).create();
    PinSetDocument made = sign(signer, "Broker.Example", pins());
    PinSetDocument read = PinSetDocument.parse(made.encoded());
    assertEquals(made, read);
    assertEquals("broker.example", read.host());
    assertEquals(SpkiPin.of(signer.certificate()), read.signer());
  }

  @Test
  void everyByte_ifChanged_isRefused() {
    byte[] good = bytes(VECTOR);
    for (int i = 0; i < good.length; i++) {
      byte[] altered = good.clone();
      altered[i] ^= 1;
      int at = i;
      assertThrows(PinSetException.class, () -> PinSetDocument.parse(altered), () -> "byte " + at);
    }
  }

  @Test
  void everyCut_isRefused() {
    for (int i = 0; i < VECTOR.length(); i++) {
      byte[] cut = bytes(VECTOR.substring(0, i));
      assertThrows(
          PinSetException.class, () -> PinSetDocument.parse(cut), () -> "at " + cut.length);
    }
  }

  @Test
  void otherEncodingsOfTheSameContent_areMalformed() {
    for (String other :
        List.of(
            VECTOR.replace("\n", "\r\n"),
            VECTOR + "\n",
            VECTOR + "pin sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            VECTOR.replace("counter 7", "counter +7"),
            VECTOR.replace("counter 7", "counter 07"),
            VECTOR.replace("00:00:00Z", "00:00:00.000Z"),
            VECTOR.replace("host broker.example", "host  broker.example"),
            VECTOR.replace("host broker.example", "host BROKER.example"),
            VECTOR.replace("mooring-pin-set 1", "mooring-pin-set 2"),
            VECTOR.replace("1g==\n", "1g\n"))) {
      var refused =
          assertThrows(PinSetException.class, () -> PinSetDocument.parse(bytes(other)), other);
      assertEquals(Reason.MALFORMED, refused.reason(), other);
    }
  }

  @Test
  void signatureOfAnotherKey_isRefused() throws Exception {
    TestIdentity one = TestCertificates.ca("One").create();
    TestIdentity two = TestCertificates.ca("Two").create();
    String first = text(sign(one, "broker.example", pins()));
    String second = text(sign(two, "broker.example", pins()));
    String mixed =
        first.substring(0, first.indexOf("signature "))
            + second.substring(second.indexOf("signature "));
    var refused = assertThrows(PinSetException.class, () -> PinSetDocument.parse(bytes(mixed)));
    assertEquals(Reason.BAD_SIGNATURE, refused.reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65})
  void numberOfPins_outsideItsRange_isMisuse(int count) {
    List<SpkiPin> pins = new java.util.ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] digest = new byte[32];
      digest[0] = (byte) i;
      pins.add(SpkiPin.parse("sha256/" + java.util.Base64.getEncoder().encodeToString(digest)));
    }
    TestIdentity signer = TestCertificates.ca("One").create();
    assertThrows(IllegalArgumentException.class, () -> sign(signer, "broker.example", pins));
  }

  @Test
  void tooLong_isRefusedBeforeItIsRead() {
    byte[] big = new byte[PinSetDocument.MAX_BYTES + 1];
    var refused = assertThrows(PinSetException.class, () -> PinSetDocument.parse(big));
    assertEquals(Reason.MALFORMED, refused.reason());
  }

  private PinSetDocument sign(TestIdentity signer, String host, List<SpkiPin> pins)
      throws Exception {
    try (PemIdentity key = Samples.pem(folder, signer)) {
      return PinSetDocument.sign(host, pins, 7, FROM, UNTIL, key);
    }
  }

  private static List<SpkiPin> pins() {
    return Samples.pins(Samples.device("new"), Samples.device("backup"));
  }

  private static String text(PinSetDocument document) {
    return new String(document.encoded(), StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
