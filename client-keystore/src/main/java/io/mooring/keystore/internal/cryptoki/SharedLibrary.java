package io.mooring.keystore.internal.cryptoki;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One PKCS#11 library as the whole process shares it: PKCS#11 knows one C_Initialize and one login
 * for each token in a process, whoever calls. Calls to one token are serialised here; calls to
 * several tokens are not.
 *
 * <p>Never finished at the end: other code of the process may use the same library.
 */
public final class SharedLibrary {
  private static final Map<Path, SharedLibrary> LOADED = new ConcurrentHashMap<>();

  private final Cryptoki functions;
  private final boolean own;
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private final Map<String, TokenLock> tokens = new HashMap<>();
  private final AtomicInteger epoch = new AtomicInteger();
  private final AtomicInteger sessions = new AtomicInteger();

  private SharedLibrary(Cryptoki functions, boolean own) {
    this.functions = functions;
    this.own = own;
  }

  /**
   * The library at a path, loaded and initialised if it was not.
   *
   * @throws UnsatisfiedLinkError if it cannot be loaded
   * @throws CryptokiException if it refuses to start
   */
  public static SharedLibrary at(Path path) throws CryptokiException {
    synchronized (LOADED) {
      SharedLibrary present = LOADED.get(path);
      if (present == null) {
        Cryptoki functions = Cryptoki.load(path);
        present = new SharedLibrary(functions, functions.initialise());
        LOADED.put(path, present);
      }
      return present;
    }
  }

  /** What is done while the library stays as it is. */
  public interface Work<T> {
    T run(Cryptoki functions) throws CryptokiException;
  }

  /** Runs work that {@link #restart} keeps away from. */
  public <T> T run(Work<T> work) throws CryptokiException {
    life.readLock().lock();
    try {
      return work.run(functions);
    } finally {
      life.readLock().unlock();
    }
  }

  /** Counts restarts: a session of an earlier epoch is gone. */
  public int epoch() {
    return epoch.get();
  }

  /**
   * Finishes and initialises the library again, so that it looks for its tokens anew, unless
   * somebody did since {@code seen}. Every session is gone then, also those of other tokens; they
   * are opened again when next used.
   *
   * @param patience how long to wait for calls that are in the library
   * @return false if somebody else initialised the library, so that it is not ours to restart, or a
   *     call has not come back from it: one that hangs in a token must not keep the others waiting
   */
  public boolean restart(int seen, Duration patience) throws CryptokiException {
    return restart(seen, Integer.MAX_VALUE, patience);
  }

  /**
   * As {@link #restart}, but only if no more than so many sessions are open: those of the caller,
   * so that nobody else is disturbed.
   */
  public boolean restartIfAlone(int seen, int ownSessions, Duration patience)
      throws CryptokiException {
    return restart(seen, ownSessions, patience);
  }

  private boolean restart(int seen, int mostSessions, Duration patience) throws CryptokiException {
    // Asked before, too: who waits for the lock holds up every token of the library.
    if (!own || sessions.get() > mostSessions || !exclusively(patience)) {
      return false;
    }
    try {
      if (sessions.get() > mostSessions) {
        return false;
      }
      if (epoch.compareAndSet(seen, seen + 1)) {
        sessions.set(0);
        finishIfStarted();
        functions.initialise();
      }
      return true;
    } finally {
      life.writeLock().unlock();
    }
  }

  private boolean exclusively(Duration patience) {
    try {
      return life.writeLock().tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Counts a session that was opened; to be called within {@link #run}. */
  public void sessionOpened() {
    sessions.incrementAndGet();
  }

  /** Counts a session that is over. */
  public void sessionOver(int ofEpoch) {
    life.readLock().lock();
    try {
      if (ofEpoch == epoch.get()) {
        sessions.decrementAndGet();
      }
    } finally {
      life.readLock().unlock();
    }
  }

  private void finishIfStarted() throws CryptokiException {
    try {
      functions.finish();
    } catch (CryptokiException e) {
      if (e.returnValue() != Ck.CKR_CRYPTOKI_NOT_INITIALIZED) {
        throw e;
      }
    }
  }

  /** The lock of a token and the number of its users in this process. */
  public TokenLock token(String serialAndLabel) {
    synchronized (tokens) {
      return tokens.computeIfAbsent(serialAndLabel, key -> new TokenLock());
    }
  }

  /** Held for each call to a token; counts who is logged in, since they share one login. */
  public static final class TokenLock extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    private final transient Queue<Runnable> leftovers = new ConcurrentLinkedQueue<>();
    private int users;

    /** Counts one more user; the lock must be held. */
    public void enter() {
      users++;
    }

    /** Does something with the lock held: once the call is back that holds it now, if one does. */
    public void onceFree(Runnable leftover) {
      leftovers.add(leftover);
      doLeftovers();
    }

    private void doLeftovers() {
      while (!leftovers.isEmpty() && !isHeldByCurrentThread() && tryLock()) {
        unlock();
      }
    }

    @Override
    public void unlock() {
      boolean last = getHoldCount() == 1;
      try {
        for (Runnable next = last ? leftovers.poll() : null;
            next != null;
            next = leftovers.poll()) {
          next.run();
        }
      } finally {
        super.unlock();
      }
      if (last) {
        // One may have come between the last look and the unlocking.
        doLeftovers();
      }
    }

    /** Counts one less; true if that was the last. The lock must be held. */
    public boolean leave() {
      users--;
      return users == 0;
    }
  }
}
