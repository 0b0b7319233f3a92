package io.mooring.keystore;

import io.mooring.identity.SignatureScheme;
import io.mooring.identity.SigningKey;
import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key pair in a token, with or without a certificate: what a certificate request is signed with.
 * The private key signs in the token and cannot be read from it.
 *
 * <p>At load it signs once with each scheme, and the signature is verified: {@link
 * #signatureSchemes()} has those that worked, {@link #warnings()} says what the token lacks.
 */
public final class Pkcs11KeyPair implements SigningKey {
  private static final byte[] PROBE =
      "Mooring checks that this token signs".getBytes(StandardCharsets.UTF_8);

  private final TokenSession session;
  private final TokenKey key;
  private final PublicKey publicKey;
  private final Map<SignatureScheme, TokenSignature> signatures;
  private final List<String> warnings;

  private Pkcs11KeyPair(TokenSession session, TokenKey key, PublicKey publicKey, Probe probe) {
    this.session = session;
    this.key = key;
    this.publicKey = publicKey;
    this.signatures = Collections.unmodifiableMap(probe.working);
    this.warnings = List.copyOf(probe.lacking);
  }

  /** Signs once with each scheme of the key, and takes those that verify. */
  static Pkcs11KeyPair probed(TokenSession session, TokenKey key, PublicKey publicKey) {
    Probe probe = new Probe(session, key, publicKey);
    probe.run(Schemes.of(publicKey, key.toString()));
    return new Pkcs11KeyPair(session, key, publicKey, probe);
  }

  /** CKA_LABEL of the private key; may be empty. */
  public String label() {
    return key.object().label();
  }

  /** A copy of CKA_ID of the private key; may be empty. */
  public byte[] id() {
    return key.object().id();
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public Set<SignatureScheme> signatureSchemes() {
    return signatures.keySet();
  }

  /** The schemes that a key of this kind should have and this token lacks; empty if it has all. */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public byte[] sign(SignatureScheme scheme, byte[] message) {
    TokenSignature signature = signatures.get(scheme);
    if (signature == null) {
      throw new IllegalArgumentException(
          key + " does not sign " + scheme + "; it signs " + signatures.keySet());
    }
    return session.call(
        "sign " + scheme, context -> signature.sign(context, key.handle(context), message));
  }

  /** Where the key is; there is nothing else to show. */
  @Override
  public String toString() {
    return "Pkcs11KeyPair[" + key + ", " + publicKey.getAlgorithm() + ']';
  }

  /** Tries each scheme once. */
  private static final class Probe {
    private final TokenSession session;
    private final TokenKey key;
    private final PublicKey publicKey;
    private final Map<SignatureScheme, TokenSignature> working =
        new EnumMap<>(SignatureScheme.class);
    private final List<String> lacking = new ArrayList<>();
    private @Nullable CryptokiException lastRefusal;
    private boolean otherKey;

    Probe(TokenSession session, TokenKey key, PublicKey publicKey) {
      this.session = session;
      this.key = key;
      this.publicKey = publicKey;
    }

    void run(Set<SignatureScheme> schemes) {
      for (SignatureScheme scheme : schemes) {
        String reason = session.call("sign " + scheme, context -> attempt(context, scheme));
        if (!reason.isEmpty()) {
          lacking.add(key + " does not sign " + scheme + ": " + reason + ".");
        }
      }
      if (working.isEmpty()) {
        throw refusal(schemes);
      }
    }

    /** Empty if a way worked, else why the last one did not. */
    private String attempt(TokenSession.Context context, SignatureScheme scheme)
        throws CryptokiException {
      long handle = key.handle(context);
      String reason = "the token lacks the mechanism";
      for (TokenSignature way : TokenSignature.waysOf(scheme)) {
        if (!context.mechanisms().contains(way.mechanismType())) {
          continue;
        }
        try {
          if (verifies(scheme, way.sign(context, handle, PROBE))) {
            working.put(scheme, way);
            return "";
          }
          otherKey = true;
          reason = "the signature does not verify";
        } catch (CryptokiException e) {
          if (TokenErrors.saysNoSession(e)) {
            throw e;
          }
          lastRefusal = e;
          reason = Ck.nameOfReturnValue(e.returnValue());
        }
      }
      return reason;
    }

    private boolean verifies(SignatureScheme scheme, byte[] signature) {
      try {
        Signature verifier = Schemes.engine(scheme);
        verifier.initVerify(publicKey);
        verifier.update(PROBE);
        return verifier.verify(signature);
      } catch (SignatureException e) {
        // JCA reports a signature of another key size or curve by exception, not by false.
        return false;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java platform lacks " + scheme, e);
      }
    }

    private Pkcs11Exception refusal(Set<SignatureScheme> schemes) {
      CryptokiException refused = lastRefusal;
      if (refused != null && refused.returnValue() == Ck.CKR_KEY_FUNCTION_NOT_PERMITTED) {
        return new Pkcs11Exception(
            Reason.NOT_PERMITTED,
            key
                + " may not sign ("
                + refused.getMessage()
                + "): its CKA_SIGN is false. Make a key that may.",
            refused);
      }
      if (otherKey) {
        return new Pkcs11Exception(
            Reason.KEY_MISMATCH,
            key
                + " signs, but its signatures do not verify with the public key or certificate"
                + " beside it: they belong to another key. Store the certificate again.");
      }
      return new Pkcs11Exception(
          Reason.UNSUPPORTED,
          key + " can sign none of " + schemes + ": " + String.join(" ", lacking),
          refused);
    }
  }
}
