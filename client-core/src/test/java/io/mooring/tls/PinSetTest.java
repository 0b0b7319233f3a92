package io.mooring.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinSetTest {
  private static final SpkiPin ONE = pin(1);
  private static final SpkiPin TWO = pin(2);
  private static final SpkiPin THREE = pin(3);

  @Test
  void pinSet_ofPinAndBackup_keepsTheirOrder() {
    PinSet pins = PinSet.of(TWO, ONE, THREE);
    assertEquals(List.of(TWO, ONE, THREE), List.copyOf(pins.pins()));
    assertTrue(pins.contains(pin(3)));
    assertFalse(pins.contains(pin(4)));
    assertEquals(TWO + ", " + ONE + ", " + THREE, pins.toString());
    assertThrows(UnsupportedOperationException.class, () -> pins.pins().clear());
  }

  @Test
  void pinSet_withoutABackup_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> PinSet.of(ONE, pin(1)));
    assertThrows(IllegalArgumentException.class, () -> PinSet.of(Set.of()));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PinSet.of(List.of(ONE)));
    assertTrue(e.getMessage().contains("at least one pin and one backup"), e.getMessage());
  }

  @Test
  void pinSet_dangerousSingle_isPossible() {
    assertEquals(Set.of(ONE), PinSet.dangerous().single(ONE).pins());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256/",
        "sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "SHA256/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "sha256/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
        "sha256/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQF=",
        "sha256/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
        "sha256/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= ",
        "sha256/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBA-E=",
      })
  void pin_malformed_isRefusedWhenItIsRead(String text) {
    assertThrows(IllegalArgumentException.class, () -> SpkiPin.parse(text));
  }

  private static SpkiPin pin(int fill) {
    byte[] digest = new byte[32];
    java.util.Arrays.fill(digest, (byte) fill);
    return SpkiPin.parse("sha256/" + Base64.getEncoder().encodeToString(digest));
  }
}
