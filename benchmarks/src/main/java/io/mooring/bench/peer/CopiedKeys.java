package io.mooring.bench.peer;

import io.mooring.identity.ScramKeys;

/** What a keystore would hold of the keys that a login hands out. */
final class CopiedKeys implements ScramKeys {
  private final String mechanism;
  private final String userName;
  private final byte[] salt;
  private final int iterations;
  private final byte[] clientKey;
  private final byte[] serverKey;

  CopiedKeys(ScramKeys keys) {
    mechanism = keys.mechanism();
    userName = keys.userName();
    salt = keys.salt();
    iterations = keys.iterations();
    clientKey = keys.clientKey();
    serverKey = keys.serverKey();
  }

  @Override
  public String mechanism() {
    return mechanism;
  }

  @Override
  public String userName() {
    return userName;
  }

  @Override
  public byte[] salt() {
    return salt.clone();
  }

  @Override
  public int iterations() {
    return iterations;
  }

  @Override
  public byte[] clientKey() {
    return clientKey.clone();
  }

  @Override
  public byte[] serverKey() {
    return serverKey.clone();
  }
}
