package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.tls.SpkiPin;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all devices of a fleet have in common.
 *
 * @param broker where they connect to
 * @param issuer of client certificates, or null if they have none
 * @param validDays of a certificate
 * @param keyKind of a certificate's key
 * @param mechanism of SCRAM, or null if they have no SCRAM keys
 * @param iterations of SCRAM
 * @param saslPrep whether user name and password are prepared
 * @param authorities that vouch for the broker
 * @param pins of the broker
 * @param pinSigners that may sign new pins
 * @param outboxKey whether each has a key for its outbox
 */
record FleetPlan(
    Endpoint broker,
    @Nullable CertificateIssuer issuer,
    int validDays,
    KeyAlgorithm keyKind,
    @Nullable String mechanism,
    int iterations,
    boolean saslPrep,
    List<X509Certificate> authorities,
    List<SpkiPin> pins,
    List<SpkiPin> pinSigners,
    boolean outboxKey) {
  FleetPlan {
    authorities = List.copyOf(authorities);
    pins = List.copyOf(pins);
    pinSigners = List.copyOf(pinSigners);
  }

  /** The plan as text: a run may be resumed only with the same. It holds no secret. */
  String describe() {
    StringBuilder text = new StringBuilder("mooring-fleet 1\n");
    line(text, "broker", broker);
    if (issuer != null) {
      line(text, "issuer", Fingerprints.of(issuer.chain().get(0)));
      line(text, "valid-days", validDays);
      line(text, "key", keyKind.label());
    }
    if (mechanism != null) {
      line(text, "mechanism", mechanism);
      line(text, "iterations", iterations);
      line(text, "saslprep", saslPrep);
    }
    authorities.forEach(authority -> line(text, "authority", Fingerprints.of(authority)));
    pins.forEach(pin -> line(text, "pin", pin));
    pinSigners.forEach(signer -> line(text, "pin-signer", signer));
    line(text, "outbox-key", outboxKey);
    return text.toString();
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(key).append(' ').append(value).append('\n');
  }
}
