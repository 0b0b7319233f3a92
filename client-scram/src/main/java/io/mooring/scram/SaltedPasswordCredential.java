package io.mooring.scram;

import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import io.mooring.identity.SecretMac;

/** A handle on SaltedPassword: both keys are two HMACs away. */
final class SaltedPasswordCredential extends ScramCredential {
  private final StoredFor storedFor;
  private final SecretMac saltedPassword;
  private volatile boolean destroyed;

  SaltedPasswordCredential(String userName, byte[] salt, int iterations, SecretMac saltedPassword) {
    super(userName);
    this.storedFor = new StoredFor(salt, iterations);
    this.saltedPassword = saltedPassword;
  }

  @Override
  String preparedUserName(boolean saslPrep) {
    return userName();
  }

  @Override
  void requireFits(ScramHash hash) {
    if (!saltedPassword.algorithm().equals(hash.hmacName())) {
      throw new IllegalArgumentException(
          hash.mechanism()
              + " needs a SaltedPassword keyed for "
              + hash.hmacName()
              + ", not "
              + saltedPassword.algorithm());
    }
  }

  @Override
  boolean isStoredFor(int iterations) {
    return storedFor.iterations() == iterations;
  }

  @Override
  boolean isProvisionable() {
    return false;
  }

  @Override
  ClientAndServerKey keys(
      ScramHash hash, byte[] salt, int iterations, boolean saslPrep, Pbkdf2 pbkdf2) {
    if (destroyed) {
      throw new CredentialException(
          ErrorCode.CREDENTIAL_DESTROYED,
          "The SCRAM credential was destroyed. Make a new one from its token or keystore.",
          null);
    }
    storedFor.check(salt, iterations);
    return ClientAndServerKey.of(hash, saltedPassword::mac);
  }

  @Override
  void proven(
      ScramHash hash, ClientAndServerKey keys, byte[] salt, int iterations, boolean saslPrep) {}

  @Override
  public void destroy() {
    destroyed = true;
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }
}
