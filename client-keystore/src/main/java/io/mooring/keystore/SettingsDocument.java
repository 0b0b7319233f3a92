package io.mooring.keystore;

import io.mooring.identity.ScramKeys;
import io.mooring.tls.SpkiPin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What PKCS#12 has no entry type for: pins, and what SCRAM keys are bound to. A versioned text that
 * travels as the bytes of a secret key entry, so that the file's password encrypts it, its MAC
 * protects it, and one rename replaces it together with the keys. The format is in
 * docs/KEYSTORE-FORMAT.md.
 *
 * @param pins in order
 * @param scram null where the keystore holds no SCRAM keys
 * @param pendingScram null where no SCRAM keys wait
 * @param rotation of the pins
 */
record SettingsDocument(
    List<SpkiPin> pins, @Nullable Scram scram, @Nullable Scram pendingScram, PinRotation rotation) {
  private static final String HEADER = "mooring-keystore 1";
  private static final int MAX_PINS = 64;

  static final SettingsDocument EMPTY =
      new SettingsDocument(List.of(), null, null, PinRotation.NONE);

  SettingsDocument withPins(List<SpkiPin> inForce) {
    return new SettingsDocument(inForce, scram, pendingScram, rotation);
  }

  SettingsDocument withScram(ScramSlot slot, @Nullable Scram binding) {
    return slot == ScramSlot.ACTIVE
        ? new SettingsDocument(pins, binding, pendingScram, rotation)
        : new SettingsDocument(pins, scram, binding, rotation);
  }

  SettingsDocument withRotation(PinRotation next) {
    return new SettingsDocument(pins, scram, pendingScram, next);
  }

  /** What SCRAM keys are bound to; {@code check} ties them to the two key entries. */
  static final class Scram {
    private final String mechanism;
    private final String userName;
    private final byte[] salt;
    private final int iterations;
    private final byte[] check;

    private Scram(String mechanism, String userName, byte[] salt, int iterations, byte[] check) {
      this.mechanism = mechanism;
      this.userName = userName;
      this.salt = salt;
      this.iterations = iterations;
      this.check = check;
    }

    static Scram of(ScramKeys keys, byte[] clientKey, byte[] serverKey) {
      return new Scram(
          keys.mechanism(),
          keys.userName(),
          keys.salt(),
          keys.iterations(),
          checkOf(clientKey, serverKey));
    }

    /** The keys under this binding, or an error if the binding was made for others. */
    SoftwareScramKeys with(byte[] clientKey, byte[] serverKey) throws IOException {
      int bytes = SoftwareScramKeys.hashBytes(mechanism);
      if (clientKey.length != bytes
          || serverKey.length != bytes
          || !MessageDigest.isEqual(check, checkOf(clientKey, serverKey))) {
        throw new IOException("the SCRAM keys are not those that its settings describe");
      }
      return new SoftwareScramKeys(mechanism, userName, salt, iterations, clientKey, serverKey);
    }

    private static byte[] checkOf(byte[] clientKey, byte[] serverKey) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(clientKey);
        return digest.digest(serverKey);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }
  }

  @Nullable Scram scram(ScramSlot slot) {
    return slot == ScramSlot.ACTIVE ? scram : pendingScram;
  }

  boolean isEmpty() {
    return pins.isEmpty()
        && scram == null
        && pendingScram == null
        && rotation.equals(PinRotation.NONE);
  }

  byte[] encode() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (ScramSlot slot : ScramSlot.values()) {
      Scram binding = scram(slot);
      if (binding != null) {
        scram(text, slot.prefix(), binding);
      }
    }
    for (SpkiPin pin : pins) {
      line(text, "pin", pin.toString());
    }
    rotation.encode().forEach(line -> text.append(line).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void scram(StringBuilder text, String prefix, Scram binding) {
    line(text, prefix + "mechanism", binding.mechanism);
    line(text, prefix + "user", base64(binding.userName.getBytes(StandardCharsets.UTF_8)));
    line(text, prefix + "salt", base64(binding.salt));
    line(text, prefix + "iterations", Integer.toString(binding.iterations));
    line(text, prefix + "check", base64(binding.check));
  }

  static SettingsDocument decode(byte[] bytes) throws IOException {
    String[] lines = text(bytes).split("\n", -1);
    if (!lines[0].equals(HEADER)) {
      throw new IOException(
          "the settings are not of version 1; a newer Mooring may have written them");
    }
    Set<SpkiPin> pins = new LinkedHashSet<>();
    Map<String, String> scram = new HashMap<>();
    PinRotation.Reader rotation = new PinRotation.Reader();
    if (lines.length < 2 || !lines[lines.length - 1].isEmpty()) {
      throw new IOException("the settings do not end in a line end");
    }
    for (int i = 1; i < lines.length - 1; i++) {
      int space = lines[i].indexOf(' ');
      String key = space < 0 ? lines[i] : lines[i].substring(0, space);
      String value = lines[i].substring(space + 1);
      switch (key) {
        case "pin" -> pins.add(pin(value));
        case "scram.mechanism",
            "scram.user",
            "scram.salt",
            "scram.iterations",
            "scram.check",
            "pending-scram.mechanism",
            "pending-scram.user",
            "pending-scram.salt",
            "pending-scram.iterations",
            "pending-scram.check" -> {
          if (scram.put(key, value) != null) {
            throw new IOException("the settings say " + key + " twice");
          }
        }
        default -> {
          if (!rotation.take(key, value)) {
            throw new IOException("the settings have an unknown line '" + key + "'");
          }
        }
      }
    }
    if (pins.size() > MAX_PINS) {
      throw new IOException("the settings hold more than " + MAX_PINS + " pins");
    }
    return new SettingsDocument(
        List.copyOf(pins),
        scram(scram, ScramSlot.ACTIVE.prefix()),
        scram(scram, ScramSlot.PENDING.prefix()),
        rotation.done());
  }

  private static @Nullable Scram scram(Map<String, String> values, String prefix)
      throws IOException {
    if (values.keySet().stream().noneMatch(key -> key.startsWith(prefix))) {
      return null;
    }
    String mechanism = value(values, prefix + "mechanism");
    if (SoftwareScramKeys.hashBytes(mechanism) == 0) {
      throw new IOException("the settings name the unknown mechanism " + mechanism);
    }
    try {
      int iterations = Integer.parseInt(value(values, prefix + "iterations"));
      String userName = text(Base64.getDecoder().decode(value(values, prefix + "user")));
      byte[] salt = Base64.getDecoder().decode(value(values, prefix + "salt"));
      byte[] check = Base64.getDecoder().decode(value(values, prefix + "check"));
      if (iterations < 1 || userName.isEmpty() || salt.length == 0) {
        throw new IOException("the settings have an empty user or salt, or no iterations");
      }
      return new Scram(mechanism, userName, salt, iterations, check);
    } catch (IllegalArgumentException e) {
      throw new IOException("the SCRAM settings are not numbers and base64", e);
    }
  }

  private static SpkiPin pin(String value) throws IOException {
    try {
      return SpkiPin.parse(value);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static String value(Map<String, String> values, String key) throws IOException {
    String value = values.get(key);
    if (value == null) {
      throw new IOException("the settings lack " + key);
    }
    return value;
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /** The pins without repetition; refuses more than a file may hold. */
  static List<SpkiPin> checkedPins(Collection<SpkiPin> pins) {
    List<SpkiPin> distinct = new ArrayList<>(new LinkedHashSet<>(pins));
    if (distinct.size() > MAX_PINS) {
      throw new IllegalArgumentException(
          distinct.size() + " pins; a keystore holds at most " + MAX_PINS);
    }
    return List.copyOf(distinct);
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append(' ').append(value).append('\n');
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
