package io.mooring.keystore;

import io.mooring.Endpoint;
import io.mooring.keystore.PinSetException.Reason;
import io.mooring.tls.SpkiPin;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;

/**
 * What of a pin set is signed. The text has one encoding: a reader encodes again what it read, and
 * compares.
 *
 * @param host in the form of {@link Endpoint}
 * @param counter 1 or more
 * @param notBefore whole seconds
 * @param notAfter whole seconds
 * @param pins 2 to 64
 * @param signer the key that signs
 */
record PinSetText(
    String host,
    long counter,
    Instant notBefore,
    Instant notAfter,
    List<SpkiPin> pins,
    PublicKey signer) {
  static final String SIGNATURE = "signature ";

  private static final String HEADER = "mooring-pin-set 1";
  private static final int MAX_PINS = 64;

  PinSetText {
    pins = List.copyOf(pins);
    if (counter < 1) {
      throw new IllegalArgumentException("the counter is " + counter + "; it is 1 or more");
    }
    if (!notAfter.isAfter(notBefore)) {
      throw new IllegalArgumentException(
          "not-after " + notAfter + " is not after not-before " + notBefore);
    }
    if (pins.size() < 2 || pins.size() > MAX_PINS || new HashSet<>(pins).size() != pins.size()) {
      throw new IllegalArgumentException(
          "a pin set has 2 to "
              + MAX_PINS
              + " different pins, the second as backup; got "
              + pins.size());
    }
  }

  byte[] encode() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    line(text, "host", host);
    line(text, "counter", Long.toString(counter));
    line(text, "not-before", notBefore.toString());
    line(text, "not-after", notAfter.toString());
    for (SpkiPin pin : pins) {
      line(text, "pin", pin.toString());
    }
    line(text, "signer", Base64.getEncoder().encodeToString(signer.getEncoded()));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  static PinSetText decode(String text) {
    Lines lines = new Lines(text);
    if (!lines.next().equals(HEADER)) {
      throw new PinSetException(
          Reason.MALFORMED,
          "The pin set does not begin with '"
              + HEADER
              + "'. Is it the right file, or one of a newer Mooring?");
    }
    try {
      String host = lines.value("host");
      if (!new Endpoint(host, Endpoint.DEFAULT_PORT).host().equals(host)) {
        throw new IllegalArgumentException("the host is not in lower case A-label form");
      }
      long counter = Long.parseLong(lines.value("counter"));
      Instant notBefore = Instant.parse(lines.value("not-before"));
      Instant notAfter = Instant.parse(lines.value("not-after"));
      List<SpkiPin> pins = new ArrayList<>();
      while (lines.isNext("pin")) {
        pins.add(SpkiPin.parse(lines.value("pin")));
      }
      PublicKey signer = PublicKeys.decode(base64(lines.value("signer")));
      lines.requireEnd();
      return new PinSetText(host, counter, notBefore, notAfter, pins, signer);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new PinSetException(
          Reason.MALFORMED, "The pin set is malformed: " + e.getMessage() + ".", e);
    }
  }

  static byte[] base64(String value) {
    try {
      return Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw new PinSetException(
          Reason.MALFORMED, "The pin set holds what is not base64: " + e.getMessage() + ".", e);
    }
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append(' ').append(value).append('\n');
  }

  /** Lines that end in LF, one after the other. */
  private static final class Lines {
    private final String[] lines;
    private int next;

    Lines(String text) {
      this.lines = text.split("\n", -1);
    }

    String next() {
      if (next == lines.length) {
        throw new PinSetException(Reason.MALFORMED, "The pin set ends early: it was cut off.");
      }
      return lines[next++];
    }

    boolean isNext(String key) {
      return next < lines.length && lines[next].startsWith(key + " ");
    }

    String value(String key) {
      String line = next();
      if (!line.startsWith(key + " ")) {
        throw new PinSetException(
            Reason.MALFORMED, "The pin set, line " + next + ": expected '" + key + "'.");
      }
      return line.substring(key.length() + 1);
    }

    void requireEnd() {
      if (next != lines.length - 1 || !lines[next].isEmpty()) {
        throw new PinSetException(
            Reason.MALFORMED, "The pin set, line " + (next + 1) + ": expected the signature.");
      }
    }
  }
}
