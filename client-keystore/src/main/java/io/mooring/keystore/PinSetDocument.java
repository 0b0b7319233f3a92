package io.mooring.keystore;

import io.mooring.Endpoint;
import io.mooring.error.KeystoreException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.PinSetException.Reason;
import io.mooring.tls.SpkiPin;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pins that a broker will have, signed by whoever may change them: what a device is sent before
 * its broker gets a new key. The format is docs/PIN-SET-FORMAT.md: a text of one encoding only, so
 * that what was signed and what is read cannot differ.
 *
 * <p>An instance always bears a good signature of the key it names. Whether that key may change
 * pins is for {@link StagedPins#accept} to say. Immutable.
 */
public final class PinSetDocument {
  /** The most bytes that a document may have. */
  public static final int MAX_BYTES = 8192;

  /** The signer's clock may be ahead of the device's. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final PinSetText text;
  private final byte[] signature;

  private PinSetDocument(PinSetText text, byte[] signature) {
    this.text = text;
    this.signature = signature;
  }

  /**
   * Signs a pin set.
   *
   * @param brokerHost the host of the broker's endpoint; the document is good for no other
   * @param pins 2 to 64 different ones: the coming key, a backup, and as long as the broker has
   *     still its present key, that too
   * @param counter 1 or more, above that of every document signed before for this broker
   * @param notBefore whole seconds; a fraction is cut off
   * @param notAfter the last instant at which a device may accept it; after {@code notBefore}
   * @param signer a key of type EC, Ed25519 or RSA, in a file or a token
   * @throws IllegalArgumentException if an argument is outside its range
   * @throws KeystoreException if the key refuses to sign
   */
  public static PinSetDocument sign(
      String brokerHost,
      Collection<SpkiPin> pins,
      long counter,
      Instant notBefore,
      Instant notAfter,
      DeviceIdentity signer) {
    PublicKey key = signer.certificateChain().get(0).getPublicKey();
    PinSetText text =
        new PinSetText(
            new Endpoint(brokerHost, Endpoint.DEFAULT_PORT).host(),
            counter,
            notBefore.truncatedTo(ChronoUnit.SECONDS),
            notAfter.truncatedTo(ChronoUnit.SECONDS),
            List.copyOf(new LinkedHashSet<>(pins)),
            key);
    byte[] signature = signer.sign(scheme(key), text.encode());
    PinSetDocument document = new PinSetDocument(text, signature);
    document.requireGoodSignature();
    if (document.encoded().length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the document would be longer than "
              + MAX_BYTES
              + " bytes; name fewer pins, or sign with an EC key");
    }
    return document;
  }

  /**
   * Reads a document and verifies its signature under the key that it names.
   *
   * @throws PinSetException with {@link Reason#MALFORMED} or {@link Reason#BAD_SIGNATURE}
   */
  public static PinSetDocument parse(byte[] encoded) {
    if (encoded.length > MAX_BYTES) {
      throw new PinSetException(
          Reason.MALFORMED,
          "The pin set is longer than " + MAX_BYTES + " bytes. Is it the right file?");
    }
    // Characters outside US-ASCII become U+FFFD, which no line takes.
    String document = new String(encoded, StandardCharsets.US_ASCII);
    int end = document.lastIndexOf(PinSetText.SIGNATURE);
    if (end < 0 || !document.endsWith("\n")) {
      throw new PinSetException(
          Reason.MALFORMED, "The pin set has no signature. A copy may have been cut off.");
    }
    PinSetText text = PinSetText.decode(document.substring(0, end));
    byte[] signature =
        PinSetText.base64(
            document.substring(end + PinSetText.SIGNATURE.length(), document.length() - 1));
    PinSetDocument parsed = new PinSetDocument(text, signature);
    if (!parsed.asText().equals(document)) {
      throw new PinSetException(
          Reason.MALFORMED,
          "The pin set is not in its one encoding: blanks, line ends, order or base64 differ. Use"
              + " the bytes as they were signed.");
    }
    parsed.requireGoodSignature();
    return parsed;
  }

  /** The host of the broker that it is for. */
  public String host() {
    return text.host();
  }

  /** The pins, at least two. */
  public List<SpkiPin> pins() {
    return text.pins();
  }

  /** Grows from document to document. */
  public long counter() {
    return text.counter();
  }

  /** The first instant at which a device may accept it. */
  public Instant notBefore() {
    return text.notBefore();
  }

  /** Whether {@link #notBefore} has come for a device whose clock says so; it may be 5 min slow. */
  public boolean hasBegun(Instant now) {
    return !now.plus(SKEW).isBefore(notBefore());
  }

  /** The last instant at which a device may accept it. */
  public Instant notAfter() {
    return text.notAfter();
  }

  /** The pin of the key that signed it. */
  public SpkiPin signer() {
    return SpkiPin.parse("sha256/" + base64(PublicKeys.sha256(text.signer().getEncoded())));
  }

  /** The document, US-ASCII. */
  public byte[] encoded() {
    return asText().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PinSetDocument document && asText().equals(document.asText());
  }

  @Override
  public int hashCode() {
    return asText().hashCode();
  }

  /** Host, counter and pins, which are public. */
  @Override
  public String toString() {
    return "PinSetDocument[" + host() + ", counter " + counter() + ", " + pins() + "]";
  }

  private String asText() {
    return new String(text.encode(), StandardCharsets.US_ASCII)
        + PinSetText.SIGNATURE
        + base64(signature)
        + "\n";
  }

  private void requireGoodSignature() {
    PublicKey key = text.signer();
    SignatureScheme scheme = scheme(key);
    boolean good;
    try {
      Signature verifier = Schemes.engine(scheme);
      verifier.initVerify(key);
      verifier.update(text.encode());
      good = verifier.verify(signature);
    } catch (SignatureException e) {
      throw badSignature(scheme, e);
    } catch (GeneralSecurityException e) {
      throw new PinSetException(
          Reason.MALFORMED, "The signer's key of the pin set cannot verify: " + e + ".", e);
    }
    if (!good) {
      throw badSignature(scheme, null);
    }
  }

  private PinSetException badSignature(SignatureScheme scheme, @Nullable Throwable cause) {
    return new PinSetException(
        Reason.BAD_SIGNATURE,
        "The signature ("
            + scheme
            + ") of the pin set for "
            + host()
            + " is wrong: it was altered, or another key signed it. It is not used.",
        cause);
  }

  /** Each kind of key has one scheme, so that a document has no algorithm to choose. */
  private static SignatureScheme scheme(PublicKey key) {
    try {
      return Schemes.of(key, "The pin set").iterator().next();
    } catch (DeviceKeystoreException e) {
      throw new PinSetException(
          Reason.MALFORMED,
          "The pin set is signed by a key that is none of EC P-256, P-384, P-521, Ed25519 and RSA"
              + " of 2048 bits or more.",
          e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
