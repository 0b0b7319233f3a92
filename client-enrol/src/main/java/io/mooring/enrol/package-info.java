/**
 * How a device gets its certificate and keeps it: {@link io.mooring.enrol.CertificateRequest} asks,
 * {@link io.mooring.enrol.IssuedCertificate} judges the answer, {@link io.mooring.enrol.EstClient}
 * does both with a server (RFC 7030), and {@link io.mooring.enrol.Enrolment} does it in steps that
 * a power cut cannot harm: the identity in use stays until the new one is whole.
 */
@NullMarked
package io.mooring.enrol;

import org.jspecify.annotations.NullMarked;
