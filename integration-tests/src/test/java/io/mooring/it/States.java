package io.mooring.it;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.fail;

import io.mooring.ConnectionListener;
import io.mooring.ConnectionState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What a client told of itself, in order. */
final class States implements ConnectionListener {
  private final BlockingQueue<ConnectionState> told = new LinkedBlockingQueue<>();

  @Override
  public void stateChanged(ConnectionState state) {
    told.add(state);
  }

  /** The next state of a kind, waited for up to 20 s; what came before it is skipped. */
  <S extends ConnectionState> S next(Class<S> kind) throws InterruptedException {
    List<ConnectionState> skipped = new ArrayList<>();
    long end = System.nanoTime() + SECONDS.toNanos(20);
    while (true) {
      ConnectionState state = told.poll(end - System.nanoTime(), NANOSECONDS);
      if (state == null) {
        return fail("no " + kind.getSimpleName() + " within 20 s; " + skipped);
      }
      if (kind.isInstance(state)) {
        return kind.cast(state);
      }
      skipped.add(state);
    }
  }
}
