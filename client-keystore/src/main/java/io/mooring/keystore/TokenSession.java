package io.mooring.keystore;

import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11Exception.Reason;
import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.Cryptoki;
import io.mooring.keystore.internal.cryptoki.CryptokiException;
import io.mooring.keystore.internal.cryptoki.SharedLibrary;
import io.mooring.keystore.internal.cryptoki.TokenInfo;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The logged-in session with one token. It is opened again when the token was away; a wrong PIN is
 * never tried twice. One call at a time for each token: who waits for one that hangs in the token
 * gives up after a while, since PKCS#11 has no way to end it.
 */
final class TokenSession implements AutoCloseable {
  /** How long a call waits for another one to come back from the token or the library. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final SharedLibrary library;
  private final TokenSearch search;
  private final @Nullable Pkcs11Pin pin;
  private final SharedLibrary.TokenLock lock;
  private final Duration patience;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable Open open;
  private @Nullable Pkcs11Exception refusedPin;
  private int generation;

  /** A session that is up. */
  private record Open(TokenInfo token, long handle, int epoch, Set<Long> mechanisms) {}

  /** What a call may use. */
  record Context(Cryptoki functions, long session, TokenInfo token, Set<Long> mechanisms) {}

  /** A call to the token. */
  interface Call<T> {
    T run(Context context) throws CryptokiException;
  }

  private TokenSession(
      SharedLibrary library,
      TokenSearch search,
      @Nullable Pkcs11Pin pin,
      Duration patience,
      TokenInfo token) {
    this.library = library;
    this.search = search;
    this.pin = pin;
    this.patience = patience;
    this.lock = library.token(token.serial() + '/' + token.label());
  }

  /** Finds the token and logs in. */
  static TokenSession open(SharedLibrary library, TokenSearch search, @Nullable Pkcs11Pin pin) {
    return open(library, search, pin, PATIENCE);
  }

  /** The same, waiting no longer than {@code patience} for other calls to come back. */
  static TokenSession open(
      SharedLibrary library, TokenSearch search, @Nullable Pkcs11Pin pin, Duration patience) {
    TokenInfo token = firstLook(library, search, patience);
    TokenSession session = new TokenSession(library, search, pin, patience, token);
    session.acquire("open a session");
    try {
      session.lock.enter();
      boolean done = false;
      try {
        session.call("open a session", context -> context);
        done = true;
      } finally {
        if (!done) {
          session.close();
        }
      }
    } finally {
      session.lock.unlock();
    }
    return session;
  }

  /** Some libraries see a new token only when they start: not at the cost of those in use. */
  private static TokenInfo firstLook(SharedLibrary library, TokenSearch search, Duration patience) {
    int seen = library.epoch();
    try {
      return search.in(library);
    } catch (Pkcs11Exception e) {
      if (!e.retryable() || !restartedIfAlone(library, search, seen, 0, patience)) {
        throw e;
      }
    }
    return search.in(library);
  }

  private static boolean restartedIfAlone(
      SharedLibrary library, TokenSearch search, int seen, int ownSessions, Duration patience) {
    try {
      return library.restartIfAlone(seen, ownSessions, patience);
    } catch (CryptokiException e) {
      throw TokenErrors.of(search, "start again", e);
    }
  }

  /**
   * Runs a call that may be run twice: if the session turns out to be gone, it is opened again.
   *
   * @param what for the message: "sign with ...", "list its objects"
   */
  <T> T call(String what, Call<T> call) {
    return call(what, call, TokenErrors::saysGone);
  }

  /** Runs a call that changes the token: again only if it cannot have happened. */
  <T> T change(String what, Call<T> call) {
    return call(what, call, TokenErrors::saysNoSession);
  }

  /**
   * As {@link #change}, for an object that another program has just put into the token: some
   * libraries read their store only when they start.
   */
  <T> T changeWhatIsNew(String what, Call<T> call) {
    int seen = library.epoch();
    try {
      return change(what, call);
    } catch (Pkcs11Exception e) {
      if (e.reason() != Reason.NO_SUCH_OBJECT
          || !restartedIfAlone(library, search, seen, 1, patience)) {
        throw e;
      }
    }
    return change(what, call);
  }

  private <T> T call(String what, Call<T> call, Predicate<CryptokiException> worthAnother) {
    requireOpen();
    acquire(what);
    try {
      requireUsable();
      try {
        return once(call);
      } catch (CryptokiException first) {
        if (TokenErrors.saysGone(first)) {
          drop();
        }
        if (!worthAnother.test(first)) {
          throw TokenErrors.of(search, what, first);
        }
      }
      try {
        return once(call);
      } catch (CryptokiException second) {
        drop();
        throw TokenErrors.of(search, what, second);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Changes whenever the session is a new one, so that handles of objects are looked up again. */
  int generation() {
    return generation;
  }

  TokenSearch search() {
    return search;
  }

  boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!acquired()) {
        leaveOpen("another call has not come back from it for " + seconds());
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leaveOpen("interrupted while another call was in it");
      return;
    }
    try {
      end();
    } finally {
      lock.unlock();
    }
  }

  private void leaveOpen(String why) {
    System.getLogger("io.mooring.keystore")
        .log(
            System.Logger.Level.WARNING,
            "{0}: {1}. Its session, and this process''s login, end when that call comes back.",
            search,
            why);
    lock.onceFree(this::end);
  }

  /** The lock must be held. */
  private void end() {
    boolean last = lock.leave();
    Open present = open;
    open = null;
    if (present != null && present.epoch() == library.epoch()) {
      quietly(present, last);
    }
  }

  /** Takes the lock of the token, or says that somebody's call hangs in it. */
  private void acquire(String what) {
    boolean acquired;
    try {
      acquired = acquired();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Pkcs11Exception(
          Reason.GONE,
          search
              + " did not "
              + what
              + ": interrupted while it waited for another call of this process to come back from"
              + " the token.",
          e);
    }
    if (!acquired) {
      throw new Pkcs11Exception(
          Reason.GONE,
          search
              + " did not "
              + what
              + ": another call of this process has not come back from the token for "
              + seconds()
              + ", and calls to a token are made one at a time. If the token makes a large key,"
              + " wait. Otherwise it or its library hangs: take the token out and put it back, or"
              + " start its daemon again; if the call does not end then, restart this process.");
    }
  }

  /** A lock that is free is taken also by a thread that is interrupted: it does not wait. */
  private boolean acquired() throws InterruptedException {
    return lock.tryLock() || lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private String seconds() {
    return BigDecimal.valueOf(patience.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
  }

  private <T> T once(Call<T> call) throws CryptokiException {
    Open up = up();
    return library.run(
        functions -> {
          if (up.epoch() != library.epoch()) {
            throw new CryptokiException("the session", Ck.CKR_SESSION_HANDLE_INVALID);
          }
          return call.run(new Context(functions, up.handle(), up.token(), up.mechanisms()));
        });
  }

  private Open up() throws CryptokiException {
    Open present = open;
    if (present == null || present.epoch() != library.epoch()) {
      present = reopen();
      open = present;
      generation++;
    }
    return present;
  }

  /**
   * Some libraries see a token that came back, or a device that was reset, after a restart only.
   */
  private Open reopen() throws CryptokiException {
    int seen = library.epoch();
    try {
      return openNow(search.in(library));
    } catch (CryptokiException e) {
      if (!TokenErrors.saysGone(e) || !library.restart(seen, patience)) {
        throw e;
      }
    } catch (Pkcs11Exception e) {
      if (!e.retryable() || !library.restart(seen, patience)) {
        throw e;
      }
    }
    return openNow(search.in(library));
  }

  private Open openNow(TokenInfo token) throws CryptokiException {
    return library.run(
        functions -> {
          int epoch = library.epoch();
          long session = functions.openSession(token.slot(), !token.writeProtected());
          boolean done = false;
          try {
            if (token.loginRequired()) {
              login(functions, session, token);
            }
            Open opened =
                new Open(token, session, epoch, new HashSet<>(functions.mechanisms(token.slot())));
            library.sessionOpened();
            done = true;
            return opened;
          } finally {
            if (!done) {
              functions.closeSession(session);
            }
          }
        });
  }

  private void login(Cryptoki functions, long session, TokenInfo token) throws CryptokiException {
    Pkcs11PinState state = TokenErrors.pinState(token);
    if (state == Pkcs11PinState.LOCKED) {
      throw refuse(TokenErrors.locked(search, null));
    }
    Pkcs11Pin source = pin;
    if (source == null) {
      throw new Pkcs11Exception(
          Reason.PIN_NEEDED,
          search + " needs a PIN, and none is named. Name the file of the PIN, say.");
    }
    try (Secret secret = source.read(token.label(), state)) {
      byte @Nullable [] utf8 = secret == null ? null : secret.copyUtf8();
      try {
        functions.login(session, utf8);
      } finally {
        if (utf8 != null) {
          Arrays.fill(utf8, (byte) 0);
        }
      }
    } catch (CryptokiException e) {
      Pkcs11Exception wrong = TokenErrors.ofLogin(search, source, stateAfter(functions, token), e);
      if (wrong == null) {
        throw e;
      }
      throw refuse(wrong);
    }
  }

  private static Pkcs11PinState stateAfter(Cryptoki functions, TokenInfo token) {
    try {
      return TokenErrors.pinState(functions.token(token.slot()));
    } catch (CryptokiException e) {
      return Pkcs11PinState.OK;
    }
  }

  private Pkcs11Exception refuse(Pkcs11Exception wrong) {
    refusedPin = wrong;
    return wrong;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new Pkcs11Exception(
          Reason.CLOSED, search + " was closed. Open it again to use its keys.");
    }
  }

  private void requireUsable() {
    requireOpen();
    Pkcs11Exception refused = refusedPin;
    if (refused != null) {
      throw new Pkcs11Exception(
          refused.reason(), String.valueOf(refused.getMessage()), refused.pinState(), refused);
    }
  }

  private void drop() {
    Open present = open;
    open = null;
    if (present != null && present.epoch() == library.epoch()) {
      quietly(present, false);
    }
  }

  /** What is gone anyhow need not be closed. */
  private void quietly(Open gone, boolean logout) {
    library.sessionOver(gone.epoch());
    try {
      library.run(
          functions -> {
            if (logout && gone.token().loginRequired()) {
              functions.logout(gone.handle());
            }
            functions.closeSession(gone.handle());
            return true;
          });
    } catch (CryptokiException e) {
      System.getLogger("io.mooring.keystore")
          .log(System.Logger.Level.DEBUG, "closing a session of {0}: {1}", search, e.getMessage());
    }
  }
}
