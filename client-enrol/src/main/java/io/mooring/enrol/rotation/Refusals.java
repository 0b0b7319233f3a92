package io.mooring.enrol.rotation;

import io.mooring.ReasonCode;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ConnectionLostException;
import io.mooring.error.CredentialException;
import io.mooring.error.MooringException;
import io.mooring.error.ServerProofException;

/** What a broker says to a credential that it does not hold. */
final class Refusals {
  private Refusals() {}

  static boolean concernsCredential(MooringException failure) {
    if (failure instanceof BrokerRefusalException refusal) {
      return refusal.reasonCode() == ReasonCode.NOT_AUTHORIZED
          || refusal.reasonCode() == ReasonCode.BAD_USER_NAME_OR_PASSWORD;
    }
    if (failure instanceof ConnectionLostException lost) {
      return lost.reasonCode() == ReasonCode.NOT_AUTHORIZED;
    }
    // Another salt or count than the keys were made for, and a broker that knows other keys.
    return failure instanceof CredentialException || failure instanceof ServerProofException;
  }
}
