package io.mooring.internal.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * DNS on threads of its own, since a look-up may hang for half a minute and the handshakes of other
 * clients must not wait for it. At most two at a time; they go away when idle.
 */
public final class Resolver {
  private static final int THREADS = 2;
  private static final long IDLE_SECONDS = 10;
  private static final ThreadPoolExecutor EXECUTOR = executor();

  private Resolver() {}

  /**
   * All addresses of {@code host}, in the resolver's order; completes with UnknownHostException.
   */
  public static CompletableFuture<InetAddress[]> resolve(String host) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return InetAddress.getAllByName(host);
          } catch (UnknownHostException e) {
            throw new CompletionException(e);
          }
        },
        EXECUTOR);
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
