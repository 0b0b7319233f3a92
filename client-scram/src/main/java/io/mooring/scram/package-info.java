/**
 * SCRAM over MQTT 5 enhanced authentication (RFC 5802, RFC 7677; MQTT 5, section 4.12): device and
 * broker each prove that they know the credential, and neither sends it.
 *
 * <p>Start at {@link io.mooring.scram.Scram}; provision with {@link
 * io.mooring.scram.ScramKeyDerivation} or {@link io.mooring.scram.Scram#provisioning}.
 */
@NullMarked
package io.mooring.scram;

import org.jspecify.annotations.NullMarked;
