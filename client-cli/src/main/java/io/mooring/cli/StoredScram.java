package io.mooring.cli;

import io.mooring.identity.SaltedPassword;
import io.mooring.identity.ScramKeys;
import io.mooring.keystore.Pkcs11Token;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.Scram;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM keys that the device holds, in a keystore or in a token.
 *
 * @param where for messages
 * @param mechanism that they were made for
 * @param scram that they serve
 */
record StoredScram(String where, String mechanism, Scram scram) {
  /** Those in the token, else those in the keystore, else null. */
  static @Nullable StoredScram of(
      DeviceOptions device, @Nullable Pkcs12Identity keystore, @Nullable Pkcs11Token token) {
    if (device.user != null
        || device.passwordFile != null
        || device.auth == AuthMethod.CERTIFICATE
        || device.auth == AuthMethod.PASSWORD) {
      return null;
    }
    boolean wanted = device.auth != null;
    SaltedPassword inToken =
        token == null ? null : device.token.scram(token, wanted && keystore == null);
    if (inToken != null) {
      return new StoredScram(
          String.valueOf(device.token.library), inToken.mechanism(), Scram.saltedPassword(inToken));
    }
    if (keystore == null || (!wanted && !keystore.hasScram())) {
      return null;
    }
    ScramKeys keys = keystore.scram(); // says what the keystore holds instead
    return new StoredScram(keystore.file().toString(), keys.mechanism(), Scram.keys(keys));
  }
}
