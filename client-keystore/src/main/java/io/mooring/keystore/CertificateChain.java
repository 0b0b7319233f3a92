package io.mooring.keystore;

import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.DeviceKeystoreException.Reason;
import io.mooring.tls.SpkiPin;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of one key, leaf first, without the anchor.
 *
 * @param certificates at least one
 * @param warnings what was repaired on the way
 */
record CertificateChain(List<X509Certificate> certificates, List<String> warnings) {
  private static final byte[] PROBE =
      "Mooring checks that this key belongs to its certificate".getBytes(StandardCharsets.UTF_8);

  /** Finds the certificate of {@code key} among the candidates and orders those that issued it. */
  static CertificateChain of(String where, Collection<X509Certificate> candidates, PrivateKey key) {
    if (candidates.isEmpty()) {
      throw new DeviceKeystoreException(
          Reason.NO_CERTIFICATE,
          where + " holds a key but no certificate for it. Add the certificate of the key.");
    }
    return from(where, certificateOf(key, where, new LinkedHashSet<>(candidates)), candidates);
  }

  /** Orders those that issued {@code leaf}, which is known to be the certificate of the key. */
  static CertificateChain from(
      String where, X509Certificate leaf, Collection<X509Certificate> candidates) {
    Set<X509Certificate> rest = new LinkedHashSet<>(candidates);
    List<String> warnings = new ArrayList<>();
    List<X509Certificate> chain = new ArrayList<>();
    X509Certificate last = leaf;
    chain.add(last);
    rest.remove(last);
    boolean anchorSeen = false;
    while (!isSelfSigned(last)) {
      X509Certificate issuer = issuerOf(last, rest);
      if (issuer == null) {
        break;
      }
      rest.remove(issuer);
      anchorSeen = isSelfSigned(issuer);
      if (anchorSeen) {
        break;
      }
      chain.add(issuer);
      last = issuer;
    }
    if (!isPrefix(chain, candidates)) {
      warnings.add(
          where
              + ": the certificates were out of order; used in the order "
              + chain.stream().map(c -> c.getSubjectX500Principal().getName()).toList()
              + ".");
    }
    for (X509Certificate unrelated : rest) {
      warnings.add(
          where
              + ": the certificate of "
              + unrelated.getSubjectX500Principal()
              + " did not issue any other of the chain and is left out.");
    }
    return new CertificateChain(List.copyOf(chain), List.copyOf(warnings));
  }

  private static boolean isPrefix(
      List<X509Certificate> chain, Collection<X509Certificate> candidates) {
    List<X509Certificate> given = List.copyOf(new LinkedHashSet<>(candidates));
    return given.subList(0, Math.min(chain.size(), given.size())).equals(chain);
  }

  private static X509Certificate certificateOf(
      PrivateKey key, String where, Collection<X509Certificate> candidates) {
    for (X509Certificate candidate : candidates) {
      if (sameType(candidate.getPublicKey(), key)
          && matches(key, candidate.getPublicKey(), where)) {
        return candidate;
      }
    }
    X509Certificate first = candidates.iterator().next();
    throw new DeviceKeystoreException(
        Reason.KEY_MISMATCH,
        where
            + ": the "
            + key.getAlgorithm()
            + " key does not belong to the certificate of "
            + first.getSubjectX500Principal()
            + " ("
            + first.getPublicKey().getAlgorithm()
            + ", "
            + SpkiPin.of(first)
            + (candidates.size() > 1 ? ") nor to any of the others. " : "). ")
            + "Pair the certificate with the key that its request was made with.");
  }

  private static boolean sameType(PublicKey certified, PrivateKey key) {
    return family(certified.getAlgorithm()).equals(family(key.getAlgorithm()));
  }

  private static String family(String algorithm) {
    return algorithm.equals("Ed25519") ? "EdDSA" : algorithm;
  }

  /**
   * Whether the two are halves of one pair; told from what the one signs and the other verifies.
   */
  static boolean matches(PrivateKey key, PublicKey certified, String where) {
    SignatureScheme scheme = Schemes.of(certified, where).iterator().next();
    QuickEcdsa elliptic = QuickEcdsa.of(key);
    if (elliptic != null) {
      return elliptic.isHalfOf(certified);
    }
    try {
      Signature signer = Schemes.engine(scheme);
      signer.initSign(key);
      signer.update(PROBE);
      byte[] signature = signer.sign();
      Signature verifier = Schemes.engine(scheme);
      verifier.initVerify(certified);
      verifier.update(PROBE);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      // JCA reports a signature of another key size or curve by exception, not by false.
      return false;
    } catch (GeneralSecurityException e) {
      throw new DeviceKeystoreException(
          Reason.UNSUPPORTED,
          where + ": the key does not sign " + scheme + ": " + e.getMessage() + ".",
          e);
    }
  }

  private static @Nullable X509Certificate issuerOf(
      X509Certificate certificate, Collection<X509Certificate> candidates) {
    for (X509Certificate candidate : candidates) {
      if (signed(candidate, certificate)) {
        return candidate;
      }
    }
    return null;
  }

  private static boolean isSelfSigned(X509Certificate certificate) {
    return signed(certificate, certificate);
  }

  private static boolean signed(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      // Same name, other key: a rolled-over CA. Not this issuer.
      return false;
    }
  }
}
