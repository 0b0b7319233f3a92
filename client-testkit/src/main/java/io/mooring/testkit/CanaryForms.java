package io.mooring.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The ways in which a secret may be written down. */
final class CanaryForms {
  /** A find by chance must not happen; as many bytes of a long secret are enough to know it by. */
  private static final int SHORTEST = 12;

  private static final int LONGEST = 48;
  private static final int DIFFERENT = 8;

  private CanaryForms() {}

  /** Each form by its text; none of a secret that would be found by chance. */
  static Map<String, String> of(byte[] whole) {
    Map<String, String> forms = new LinkedHashMap<>();
    byte[] secret = Arrays.copyOf(whole, Math.min(whole.length, LONGEST));
    if (secret.length < SHORTEST
        || new String(secret, StandardCharsets.ISO_8859_1).chars().distinct().count() < DIFFERENT) {
      return forms;
    }
    forms.put(new String(secret, StandardCharsets.ISO_8859_1), "its bytes");
    String text = new String(secret, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      forms.put(text, "plain");
      forms.put(String.join(", ", text.split("")), "its characters");
    }
    for (int before = 0; before < 3; before++) {
      String base64 = base64(secret, before);
      forms.put(base64, "Base64");
      forms.put(base64.replace('+', '-').replace('/', '_'), "Base64");
    }
    String hex = HexFormat.of().formatHex(secret);
    forms.put(hex, "hex");
    forms.put(HexFormat.of().withUpperCase().formatHex(secret), "hex");
    forms.put(HexFormat.ofDelimiter(":").formatHex(secret), "hex");
    forms.put(
        Arrays.stream(Arrays.toString(secret).replaceAll("[\\[\\]]", "").split(", "))
            .collect(Collectors.joining(", ")),
        "its bytes as numbers");
    return forms;
  }

  /** Words without a digit, which somebody else may say by chance. */
  static boolean isLanguage(byte[] secret) {
    for (byte character : secret) {
      if (character < ' ' || (character >= '0' && character <= '9')) {
        return false;
      }
    }
    return true;
  }

  /** As it stands in the Base64 of something longer: so many bytes stand before its first group. */
  private static String base64(byte[] secret, int before) {
    byte[] shifted = new byte[before + secret.length];
    System.arraycopy(secret, 0, shifted, before, secret.length);
    String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    int shared = before == 0 ? 0 : before + 1;
    return text.substring(shared, shifted.length * 8 / 6);
  }
}
