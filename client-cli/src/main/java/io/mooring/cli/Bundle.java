package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.identity.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that a device ships with, in one file: keystore, its password, and where to connect. The
 * format is docs/BUNDLE-FORMAT.md. It holds no path, so that unpacking it can go to no other place
 * than it is told.
 */
final class Bundle implements AutoCloseable {
  static final int MAX_BYTES = 2 * 1024 * 1024;

  private static final String HEADER = "mooring-bundle 1";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");
  private static final int MAX_CLIENT_ID_BYTES = 65_535;

  private final String name;
  private final Endpoint broker;
  private final String clientId;
  private final byte @Nullable [] storepass;
  private final byte[] keystore;

  private Bundle(
      String name, Endpoint broker, String clientId, byte @Nullable [] storepass, byte[] keystore) {
    this.name = name;
    this.broker = broker;
    this.clientId = clientId;
    this.storepass = storepass;
    this.keystore = keystore;
  }

  /**
   * A bundle of these parts.
   *
   * @param clientId empty if the broker assigns one
   * @param storepass null if it travels apart; copied
   * @throws IllegalArgumentException if name or client identifier cannot be
   */
  static Bundle of(
      String name, Endpoint broker, String clientId, @Nullable Secret storepass, byte[] keystore) {
    return new Bundle(
        requireName(name),
        broker,
        requireClientId(clientId),
        storepass == null ? null : storepass.copyUtf8(),
        keystore.clone());
  }

  /** A name that is a file name everywhere, and no option or hidden file. */
  static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name '"
              + name
              + "' is not 1 to 64 letters, digits, '.', '_' or '-' that begin with a letter, digit"
              + " or '_'");
    }
    return name;
  }

  static String requireClientId(String clientId) {
    if (clientId.getBytes(StandardCharsets.UTF_8).length > MAX_CLIENT_ID_BYTES
        || clientId.codePoints().anyMatch(c -> Character.getType(c) == Character.CONTROL)) {
      throw new IllegalArgumentException(
          "the client identifier has more than 65535 bytes or a control character");
    }
    return clientId;
  }

  String name() {
    return name;
  }

  Endpoint broker() {
    return broker;
  }

  /** Empty if the broker assigns one. */
  String clientId() {
    return clientId;
  }

  /** The password, which the caller destroys; null if it travels apart. */
  @Nullable Secret storepass() {
    return storepass == null ? null : Secret.ofUtf8(storepass);
  }

  /** The PKCS#12 file. */
  byte[] keystore() {
    return keystore.clone();
  }

  /** The bundle as a file holds it; a secret if the password is in it. */
  byte[] encode() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    line(text, "name", name);
    line(text, "broker", broker.toString());
    if (!clientId.isEmpty()) {
      line(text, "client-id", clientId);
    }
    if (storepass != null) {
      line(text, "storepass", Base64.getEncoder().encodeToString(storepass));
    }
    line(text, "keystore", Base64.getEncoder().encodeToString(keystore));
    String content = text.toString();
    return (content + "sha256 " + digest(content) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a bundle.
   *
   * @throws KeystoreException if it is not one, or was cut off or altered by accident
   */
  static Bundle decode(Path file, byte[] bytes) {
    String text = utf8(file, bytes);
    if (!text.startsWith(HEADER + "\n")) {
      throw damaged(file, "it does not begin with '" + HEADER + "'. Is it the right file?");
    }
    int end = text.lastIndexOf("sha256 ");
    if (end < 1 || !text.substring(end).equals("sha256 " + digest(text.substring(0, end)) + "\n")) {
      throw damaged(file, "its end is missing or does not fit. A copy may have been cut off.");
    }
    Fields fields = new Fields(file, text.substring(HEADER.length() + 1, end));
    try {
      String name = requireName(fields.required("name"));
      Endpoint broker = Endpoint.parse(fields.required("broker"));
      String clientId = fields.optional("client-id");
      String password = fields.optional("storepass");
      byte[] keystore = Base64.getDecoder().decode(fields.required("keystore"));
      fields.requireEnd();
      return new Bundle(
          name,
          broker,
          clientId == null ? "" : requireClientId(clientId),
          password == null ? null : Base64.getDecoder().decode(password),
          keystore);
    } catch (IllegalArgumentException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_DAMAGED,
          "Bundle " + file + " is damaged: " + e.getMessage() + ". Fetch it again.",
          e);
    }
  }

  /** Wipes the password. */
  @Override
  public void close() {
    if (storepass != null) {
      Arrays.fill(storepass, (byte) 0);
    }
  }

  /** Never the password. */
  @Override
  public String toString() {
    return "Bundle[" + name + ", " + broker + "]";
  }

  private static String digest(String content) {
    return Fingerprints.hex(Fingerprints.sha256(content.getBytes(StandardCharsets.UTF_8)));
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append(' ').append(value).append('\n');
  }

  private static String utf8(Path file, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new KeystoreException(
          ErrorCode.KEY_FILE_DAMAGED,
          "Bundle " + file + " is damaged: it is not UTF-8. Is it the right file?",
          e);
    }
  }

  private static KeystoreException damaged(Path file, String what) {
    return new KeystoreException(
        ErrorCode.KEY_FILE_DAMAGED, "Bundle " + file + " is damaged: " + what, null);
  }

  /** Lines of {@code key value} in a fixed order. */
  private static final class Fields {
    private final Path file;
    private final String[] lines;
    private int next;

    Fields(Path file, String text) {
      this.file = file;
      this.lines = text.split("\n", -1);
    }

    @Nullable String optional(String key) {
      if (next < lines.length && lines[next].startsWith(key + " ")) {
        return lines[next++].substring(key.length() + 1);
      }
      return null;
    }

    String required(String key) {
      String value = optional(key);
      if (value == null) {
        throw damaged(file, "line " + (next + 2) + ": expected '" + key + "'.");
      }
      return value;
    }

    void requireEnd() {
      if (next != lines.length - 1 || !lines[next].isEmpty()) {
        throw damaged(file, "line " + (next + 2) + ": not expected there.");
      }
    }
  }
}
