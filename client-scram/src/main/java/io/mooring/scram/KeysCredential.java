package io.mooring.scram;

import io.mooring.error.CredentialException;
import io.mooring.error.ErrorCode;
import io.mooring.identity.ScramKeys;

/** Stored ClientKey and ServerKey. */
final class KeysCredential extends ScramCredential {
  private final StoredFor storedFor;
  private final ScramKeys keys;
  private volatile boolean destroyed;

  KeysCredential(ScramKeys keys) {
    super(keys.userName());
    this.storedFor = new StoredFor(keys.salt(), keys.iterations());
    this.keys = keys;
  }

  @Override
  String preparedUserName(boolean saslPrep) {
    return userName();
  }

  @Override
  void requireFits(ScramHash hash) {
    if (!keys.mechanism().equals(hash.mechanism())) {
      throw new IllegalArgumentException(
          hash.mechanism() + " needs keys made for it; these were made for " + keys.mechanism());
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
          "The SCRAM credential was destroyed. Make a new one from its keystore.",
          null);
    }
    storedFor.check(salt, iterations);
    return new ClientAndServerKey(hash, keys.clientKey(), keys.serverKey());
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
