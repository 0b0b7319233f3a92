package io.mooring.enrol;

import io.mooring.enrol.EnrolmentException.Reason;
import io.mooring.tls.SpkiPin;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that an authority issued for a key of this device, judged: it is for that key, in
 * its dates, meant for a TLS client, and its chain has no gap.
 *
 * @param chain leaf first, without the anchor; what a device stores and presents
 * @param warnings what a person should know; nothing that stands in the way
 */
public record IssuedCertificate(List<X509Certificate> chain, List<String> warnings) {
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_PURPOSE = "2.5.29.37.0";
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int NO_AUTHORITY = -1;
  private static final int MAX_DEPTH = 10;

  /** An authority's clock may be ahead of the device's. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  /** Copies the lists. */
  public IssuedCertificate {
    chain = List.copyOf(chain);
    warnings = List.copyOf(warnings);
  }

  /**
   * Judges what came back for a request.
   *
   * @param key the public key that was to be certified
   * @param answer the certificates that came, in any order
   * @param authorities where the chain must end; empty if they are not known, and then a chain that
   *     stops short of its root passes with a warning
   * @throws EnrolmentException with the reasons {@code WRONG_KEY}, {@code NOT_VALID}, {@code
   *     WRONG_USAGE} or {@code INCOMPLETE_CHAIN}
   */
  public static IssuedCertificate judge(
      PublicKey key,
      Collection<X509Certificate> answer,
      Collection<X509Certificate> authorities,
      Clock clock) {
    return judge(key, answer, authorities, clock.instant(), true);
  }

  /**
   * The same for what an authority has issued this minute, over a connection that is proven.
   *
   * @param now not after the present
   * @param known whether it is the present. If it is a lower bound only, a certificate may be over
   *     by it, but whether one has begun cannot be told: that is a warning then
   */
  static IssuedCertificate judge(
      PublicKey key,
      Collection<X509Certificate> answer,
      Collection<X509Certificate> authorities,
      Instant now,
      boolean known) {
    X509Certificate leaf = certificateOf(key, answer);
    requireUsage(leaf);
    return new Chain(leaf, answer, authorities, now, known).build();
  }

  /** The certificate of the device itself. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** Of several certificates for one key, as a renewal that keeps its key leaves, the latest. */
  private static X509Certificate certificateOf(PublicKey key, Collection<X509Certificate> answer) {
    X509Certificate latest = null;
    for (X509Certificate candidate : answer) {
      if (MessageDigest.isEqual(candidate.getPublicKey().getEncoded(), key.getEncoded())
          && (latest == null || until(candidate).isAfter(until(latest)))) {
        latest = candidate;
      }
    }
    if (latest == null) {
      throw new EnrolmentException(
          Reason.WRONG_KEY,
          "No certificate for this device's key came. Wanted: "
              + SpkiPin.of(key)
              + "; came: "
              + answer.stream().map(c -> SpkiPin.of(c) + " " + Printable.of(c)).toList()
              + ". Nothing was changed. Take the certificate that was issued for the last request"
              + " of this device.");
    }
    return latest;
  }

  private static Instant until(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  private static void requireUsage(X509Certificate leaf) {
    if (leaf.getBasicConstraints() != NO_AUTHORITY) {
      throw new EnrolmentException(
          Reason.WRONG_USAGE,
          "The certificate of "
              + Printable.of(leaf)
              + " makes the device an authority (basicConstraints CA). Have an end-entity"
              + " certificate issued.");
    }
    boolean[] usage = leaf.getKeyUsage();
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      throw new EnrolmentException(
          Reason.WRONG_USAGE,
          "The certificate of "
              + Printable.of(leaf)
              + " does not let its key sign (keyUsage without digitalSignature), which TLS client"
              + " authentication needs. Have it issued with digitalSignature.");
    }
    List<String> purposes = purposes(leaf);
    if (purposes != null && !purposes.contains(CLIENT_AUTH) && !purposes.contains(ANY_PURPOSE)) {
      throw new EnrolmentException(
          Reason.WRONG_USAGE,
          "The certificate of "
              + Printable.of(leaf)
              + " is not for TLS clients: extendedKeyUsage is "
              + purposes
              + ", without "
              + CLIENT_AUTH
              + " (clientAuth). Have it issued with clientAuth.");
    }
  }

  private static @Nullable List<String> purposes(X509Certificate leaf) {
    try {
      return leaf.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      throw new EnrolmentException(
          Reason.WRONG_USAGE,
          "The extendedKeyUsage of "
              + Printable.of(leaf)
              + " cannot be read: "
              + Printable.of(String.valueOf(e.getMessage()))
              + ". Have the certificate issued anew.",
          e);
    }
  }

  /** Follows issuers from the leaf. */
  private static final class Chain {
    private final X509Certificate leaf;
    private final Set<X509Certificate> given;
    private final Set<X509Certificate> authorities;
    private final Instant now;
    private final boolean known;
    private final List<X509Certificate> chain = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    Chain(
        X509Certificate leaf,
        Collection<X509Certificate> given,
        Collection<X509Certificate> authorities,
        Instant now,
        boolean known) {
      this.leaf = leaf;
      this.given = new LinkedHashSet<>(given);
      this.authorities = new LinkedHashSet<>(authorities);
      this.now = now;
      this.known = known;
    }

    IssuedCertificate build() {
      add(leaf);
      X509Certificate last = leaf;
      X509Certificate issuer = issuerOf(last);
      while (issuer != null && !isSelfSigned(issuer) && chain.size() < MAX_DEPTH) {
        add(issuer);
        last = issuer;
        issuer = issuerOf(last);
      }
      requireEnd(last, issuer);
      if (!chain.equals(given.stream().limit(chain.size()).toList()) && given.containsAll(chain)) {
        warnings.add("the certificates were out of order; they are used leaf first");
      }
      return new IssuedCertificate(chain, warnings);
    }

    private void add(X509Certificate certificate) {
      requireDates(certificate);
      chain.add(certificate);
    }

    private void requireEnd(X509Certificate last, @Nullable X509Certificate issuer) {
      if (issuer != null) {
        requireDates(issuer);
        return;
      }
      if (isSelfSigned(last)) {
        throw new EnrolmentException(
            Reason.INCOMPLETE_CHAIN,
            "The certificate of "
                + Printable.of(last)
                + " is signed by itself, not by an authority. Have an authority issue it.");
      }
      boolean known = authorities.stream().anyMatch(chain::contains);
      boolean gap = given.stream().anyMatch(c -> !chain.contains(c) && !isFor(leaf, c));
      if (known) {
        return;
      }
      if (!authorities.isEmpty() || gap) {
        throw new EnrolmentException(
            Reason.INCOMPLETE_CHAIN,
            "The issuer of "
                + Printable.of(last)
                + " is missing: "
                + Printable.of(last.getIssuerX500Principal().getName())
                + ". Present: "
                + given.stream().map(Printable::of).toList()
                + ", authorities "
                + authorities.stream().map(Printable::of).toList()
                + ". Add the certificate of the missing issuer.");
      }
      warnings.add(
          "the chain ends below "
              + Printable.of(last.getIssuerX500Principal().getName())
              + ", whose certificate was not given: complete only for brokers that trust it"
              + " directly");
    }

    private static boolean isFor(X509Certificate leaf, X509Certificate other) {
      return leaf.getPublicKey().equals(other.getPublicKey());
    }

    /** An anchor comes before a certificate that links it to another one (RFC 7030, 4.1.3). */
    private @Nullable X509Certificate issuerOf(X509Certificate certificate) {
      X509Certificate found = null;
      for (Set<X509Certificate> candidates : List.of(given, authorities)) {
        for (X509Certificate candidate : candidates) {
          if (!chain.contains(candidate) && signed(candidate, certificate)) {
            if (isSelfSigned(candidate)) {
              return candidate;
            }
            found = found == null ? candidate : found;
          }
        }
      }
      return found;
    }

    private void requireDates(X509Certificate certificate) {
      Instant from = certificate.getNotBefore().toInstant();
      Instant until = until(certificate);
      boolean expired = now.isAfter(until);
      boolean early = now.plus(SKEW).isBefore(from);
      if (early && !known) {
        warnings.add(
            "the certificate of "
                + Printable.of(certificate)
                + " is not valid before "
                + from
                + ", and this device, which knows no more than that it is "
                + now
                + " or later, took it from the authority that has just issued it: set the clock"
                + " (NTP or an RTC)");
        return;
      }
      if (expired || early) {
        throw new EnrolmentException(
            Reason.NOT_VALID,
            "The certificate of "
                + Printable.of(certificate)
                + (expired ? " expired at " + until : " is not valid before " + from)
                + "; this device's clock says "
                + now
                + ". Set the clock (NTP or an RTC) if it is wrong; else have the certificate issued"
                + " anew.");
      }
    }
  }

  private static boolean isSelfSigned(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
        && verifies(certificate, certificate);
  }

  private static boolean signed(X509Certificate issuer, X509Certificate certificate) {
    return issuer.getBasicConstraints() != NO_AUTHORITY
        && issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
        && verifies(issuer, certificate);
  }

  private static boolean verifies(X509Certificate issuer, X509Certificate certificate) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      // Same name, other key: an authority that was rolled over. Not this issuer.
      return false;
    }
  }
}
