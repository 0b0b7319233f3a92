package io.mooring.internal.net;

import io.mooring.internal.tls.IpAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * DNS on threads of its own, since a look-up may hang for half a minute and the handshakes of other
 * clients must not wait for it: eight names have to hang at once before another one waits. An
 * address needs no thread. The threads go away when idle.
 */
public final class Resolver {
  private static final int THREADS = 8;
  private static final long IDLE_SECONDS = 10;
  private static final ThreadPoolExecutor EXECUTOR = executor();

  private Resolver() {}

  /**
   * Looks up all addresses of {@code host}, in the resolver's order; {@code then} hears either them
   * or the failure, on a thread of the resolver, or at once if {@code host} is an address.
   */
  public static void resolve(
      String host, BiConsumer<InetAddress @Nullable [], @Nullable UnknownHostException> then) {
    if (IpAddresses.parse(host) == null) {
      EXECUTOR.execute(() -> look(host, then));
    } else {
      look(host, then);
    }
  }

  private static void look(
      String host, BiConsumer<InetAddress @Nullable [], @Nullable UnknownHostException> then) {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      then.accept(null, e);
      return;
    } catch (RuntimeException | Error e) { // of a resolver provider, or memory: who asked must hear
      then.accept(null, failure(host, e));
      return;
    }
    then.accept(addresses, null);
  }

  /** A look-up of {@code host} that could not be made, or ended with anything unforeseen. */
  static UnknownHostException failure(String host, Throwable cause) {
    UnknownHostException failure =
        new UnknownHostException(host + ": the look-up itself failed: " + cause);
    failure.initCause(cause);
    return failure;
  }

  private static ThreadPoolExecutor executor() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named("mooring-dns"));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
