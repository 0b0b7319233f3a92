package io.mooring.keystore;

import io.mooring.identity.SaltedPassword;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.Mechanism;

/**
 * The SaltedPassword of a SCRAM user as a non-extractable HMAC key in a token. ClientKey and
 * ServerKey of each login come from it by two HMACs in the token, pass through this JVM's memory
 * and are wiped after the login; SaltedPassword itself does not leave the token.
 */
public final class Pkcs11SaltedPassword implements SaltedPassword {
  private static final int MAX_BYTES = 64;

  private final TokenSession session;
  private final TokenKey key;
  private final ScramBinding binding;

  Pkcs11SaltedPassword(TokenSession session, TokenKey key, ScramBinding binding) {
    this.session = session;
    this.key = key;
    this.binding = binding;
  }

  /** CKA_LABEL of the key. */
  public String label() {
    return key.object().label();
  }

  @Override
  public String mechanism() {
    return binding.mechanism();
  }

  @Override
  public String userName() {
    return binding.userName();
  }

  @Override
  public byte[] salt() {
    return binding.salt();
  }

  @Override
  public int iterations() {
    return binding.iterations();
  }

  @Override
  public String algorithm() {
    return binding.hmac();
  }

  @Override
  public byte[] mac(byte[] data) {
    return session.call("compute " + algorithm(), context -> mac(context, key, binding, data));
  }

  static byte[] mac(TokenSession.Context context, TokenKey key, ScramBinding binding, byte[] data)
      throws CryptokiException {
    long mechanism = binding.hmac().equals("HmacSHA256") ? Ck.CKM_SHA256_HMAC : Ck.CKM_SHA512_HMAC;
    return context
        .functions()
        .sign(context.session(), Mechanism.of(mechanism), key.handle(context), data, MAX_BYTES);
  }

  /** What the key is bound to; never the key. */
  @Override
  public String toString() {
    return "Pkcs11SaltedPassword[" + key + ", " + mechanism() + ", " + userName() + ']';
  }
}
