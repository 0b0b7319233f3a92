package io.mooring.keystore;

import io.mooring.keystore.Pkcs11Object.Kind;
import io.mooring.keystore.TokenObjects.Found;
import io.mooring.keystore.TokenSession.Context;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import java.util.List;

/**
 * A key object that is found again after the token was away: handles are good for one session. The
 * lock of the session guards the remembered handle.
 */
final class TokenKey {
  private final TokenSession session;
  private final Pkcs11Object object;
  private long handle;
  private int generation = -1;

  TokenKey(TokenSession session, Pkcs11Object object) {
    this.session = session;
    this.object = object;
  }

  Pkcs11Object object() {
    return object;
  }

  /** The handle for the session of the context. */
  long handle(Context context) throws CryptokiException {
    if (generation != session.generation()) {
      handle = find(context);
      generation = session.generation();
    }
    return handle;
  }

  private long find(Context context) throws CryptokiException {
    List<Found> same =
        TokenObjects.of(context, object.kind()).stream()
            .filter(found -> found.object().sameNameAs(object))
            .toList();
    if (same.isEmpty()) {
      throw TokenObjects.missing(session.search(), object.kind(), name(), context);
    }
    return same.get(0).handle();
  }

  private Pkcs11Name name() {
    if (object.id().length == 0) {
      return Pkcs11Name.label(object.label());
    }
    return object.label().isEmpty()
        ? Pkcs11Name.id(object.id())
        : Pkcs11Name.of(object.label(), object.id());
  }

  Kind kind() {
    return object.kind();
  }

  @Override
  public String toString() {
    return session.search() + ", " + name();
  }
}
