package io.mooring.enrol.rotation;

import io.mooring.error.MooringException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** What a {@link CertificateRenewal} tells its listener. */
public sealed interface RenewalEvent {
  /**
   * An attempt begins.
   *
   * @param inUse the certificate that is to be renewed
   */
  record Due(X509Certificate inUse) implements RenewalEvent {}

  /**
   * The broker took the new certificate, and it is in the old one's place.
   *
   * @param certificate the new one
   * @param next when it will be renewed in turn, by this device's clock
   */
  record Renewed(X509Certificate certificate, Instant next) implements RenewalEvent {}

  /**
   * An attempt failed; what was in use still is.
   *
   * @param cause with what to do about it
   * @param next when the next attempt comes, by this device's clock
   */
  record Failed(MooringException cause, Instant next) implements RenewalEvent {}
}
