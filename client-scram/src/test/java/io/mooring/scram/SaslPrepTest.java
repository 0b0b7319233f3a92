package io.mooring.scram;

import static java.text.Normalizer.Form.NFKC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.stringprep.Profile;
import com.ongres.stringprep.Stringprep;
import io.mooring.error.CredentialException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslPrepTest {
  /**
   * In table C.1.2 (to a space) and in B.1 (to nothing). GNU SASL maps it to a space, as we do and
   * as {@link GsaslInteropTest} shows; the ongres library to nothing.
   */
  private static final int ZERO_WIDTH_SPACE = 0x200b;

  /** RFC 4013, section 3, and neighbours. */
  @ParameterizedTest
  @CsvSource({
    "I\u00adX, IX",
    "user, user",
    "USER, USER",
    "\u00aa, a",
    "\u2168, IX",
    "a\u00a0b, a b",
    "a\u3000b, a b",
    "a\u200bb, a b",
    "e\u0301, \u00e9",
    "\u0627\u0628, \u0627\u0628",
    "\u06271\u0628, \u06271\u0628",
  })
  void prepares_asTheRfcSays(String given, String prepared) {
    assertEquals(prepared, SaslPrep.userName(given));
    assertArrayEquals(Exchanges.utf8(prepared), SaslPrep.password(Exchanges.utf8(given)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0007",
        "\u06271",
        "\u0627a\u0628",
        "a\u007f",
        "\u00ad",
        "a\u200e",
        "\ue000",
        "\ufffd",
      })
  void refuses_whatTheRfcProhibits(String given) {
    assertThrows(CredentialException.class, () -> SaslPrep.userName(given));
    assertThrows(CredentialException.class, () -> SaslPrep.password(Exchanges.utf8(given)));
  }

  @Test
  void codePointsUnassignedInUnicode32_areTakenInNames_andRefusedInPasswords() {
    assertEquals("\ud83d\udd11", SaslPrep.userName("\ud83d\udd11"));
    CredentialException refusal =
        assertThrows(
            CredentialException.class, () -> SaslPrep.password(Exchanges.utf8("\ud83d\udd11")));
    assertTrue(refusal.getMessage() != null && refusal.getMessage().contains("withoutSaslPrep()"));
  }

  @Test
  void passwordThatIsNotUtf8_isRefused() {
    assertThrows(CredentialException.class, () -> SaslPrep.password(new byte[] {'a', (byte) 0xff}));
  }

  @Test
  void refusal_doesNotTellThePassword() {
    CredentialException refusal =
        assertThrows(
            CredentialException.class, () -> SaslPrep.password(Exchanges.utf8("hunter2\u0007")));
    assertTrue(refusal.getMessage() != null && !refusal.getMessage().contains("hunter2"));
  }

  @Test
  void codePoints_areTreatedAsByTheOngresLibrary() {
    Profile ongres = Stringprep.getProvider("SASLprep");
    List<String> differences = new ArrayList<>();
    for (int codePoint = 1; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      // Planes 3 to 16 hold tags, private use and nothing: samples will do.
      boolean sampled = codePoint >= 0x30000 && codePoint >>> 8 != 0xe00 && codePoint % 31 != 0;
      boolean surrogate = Character.getType(codePoint) == Character.SURROGATE;
      if (sampled || surrogate || codePoint == ZERO_WIDTH_SPACE) {
        continue;
      }
      String alone = Character.toString(codePoint);
      for (String text : List.of(alone, "a" + alone, "\u0627" + alone + "\u0628")) {
        compare(text, SaslPrep::userName, ongres::prepareQuery, "query", differences);
      }
      // The library looks for unassigned code points after NFKC of the runtime's Unicode only,
      // which
      // maps some of them to assigned ones; that of Unicode 3.2 would have left them to be refused.
      if (!(StringprepTable.A_1.contains(codePoint) && !Normalizer.isNormalized(alone, NFKC))) {
        compare(
            alone,
            given -> Exchanges.text(SaslPrep.password(Exchanges.utf8(given))),
            ongres::prepareStored,
            "stored",
            differences);
      }
    }
    assertTrue(
        differences.isEmpty(),
        () ->
            differences.size()
                + " differences, such as "
                + differences.stream().limit(20).toList());
  }

  private static void compare(
      String text,
      UnaryOperator<String> ours,
      UnaryOperator<String> theirs,
      String kind,
      List<String> differences) {
    String our = orRefusal(ours, text);
    String their = orRefusal(theirs, text);
    if (!our.equals(their)) {
      StringBuilder escaped = new StringBuilder();
      text.codePoints().forEach(c -> escaped.append(Integer.toHexString(c)).append(' '));
      differences.add(kind + " " + escaped + "ours=" + our + " theirs=" + their);
    }
  }

  private static String orRefusal(UnaryOperator<String> prepare, String text) {
    // stringprep 2.2 runs into an IndexOutOfBoundsException where nothing is left of the text.
    try {
      return prepare.apply(text);
    } catch (CredentialException | IllegalArgumentException | IndexOutOfBoundsException refused) {
      return "refused";
    }
  }
}
