package io.mooring.internal.net;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.error.InternalFaultException;
import io.mooring.error.MooringException;
import io.mooring.internal.tls.TlsMachine;
import io.mooring.tls.TlsPolicy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoanTest {
  private static final int HANDSHAKE_RECORD = 22;

  private final EventLoop loop = new EventLoop(Selector::open, Lane.THREADS);
  private final TlsMachine machine =
      new TlsMachine(TlsPolicy.systemRoots(), "localhost", 8883, null, null, Clock.systemUTC());
  private final Ciphertext ciphertext = new Ciphertext(machine);

  @BeforeEach
  void start() {
    loop.start();
  }

  @AfterEach
  void stop() {
    loop.stop();
  }

  @Test
  void whatTheStepMade_leavesFromTheWorker_beforeTheLoopHears() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SocketChannel socket = SocketChannel.open(server.getLocalSocketAddress());
        Socket peer = server.accept()) {
      assertNull(lend(socket, machine::start).get(10, SECONDS));
      assertTrue(ciphertext.isEmpty());
      assertEquals(HANDSHAKE_RECORD, peer.getInputStream().read());
    }
  }

  @Test
  void othersWaitForTheirTurn_nothingLeavesFromTheWorker() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SocketChannel socket = SocketChannel.open(server.getLocalSocketAddress());
        Socket peer = server.accept()) {
      List<Turnstile.Turn> turns = new ArrayList<>();
      onLoop(
          () -> {
            for (int i = 0; i <= AttemptWindow.MOST; i++) {
              turns.add(loop.turnstile().queue("a broker", () -> {}));
            }
            return null;
          });
      assertNull(lend(socket, machine::start).get(10, SECONDS));
      assertFalse(ciphertext.isEmpty(), "one write of the loop serves all of them");
      onLoop(
          () -> {
            turns.forEach(Turnstile.Turn::release);
            return null;
          });
      assertNull(lend(socket, () -> {}).get(10, SECONDS));
      assertEquals(HANDSHAKE_RECORD, peer.getInputStream().read());
    }
  }

  @Test
  void stepThatFails_isTold_andNothingRunsMeanwhile() throws Exception {
    NoClassDefFoundError missing = new NoClassDefFoundError("a driver");
    AtomicBoolean ran = new AtomicBoolean();
    Runnable step =
        () -> {
          throw missing;
        };
    MooringException told = lend(null, step, () -> ran.set(true)).get(10, SECONDS);
    assertTrue(told instanceof InternalFaultException);
    assertSame(missing, told.getCause());
    lend(null, () -> {}).get(10, SECONDS); // behind whatever was left to run
    assertFalse(ran.get());
  }

  private CompletableFuture<MooringException> lend(SocketChannel socket, Runnable step)
      throws Exception {
    return lend(socket, step, () -> {});
  }

  private CompletableFuture<MooringException> lend(
      SocketChannel socket, Runnable step, Runnable meanwhile) throws Exception {
    CompletableFuture<MooringException> back = new CompletableFuture<>();
    Loan loan = new Loan(loop, new Errands(loop), ciphertext);
    onLoop(
        () -> {
          loan.writeTo(socket);
          loan.lend(
              step,
              meanwhile,
              (failure, unsent) -> {
                assertFalse(loan.isOut());
                back.complete(failure);
              });
          assertTrue(loan.isOut());
          return null;
        });
    return back;
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            done.complete(task.call());
          } catch (Exception | AssertionError e) {
            done.completeExceptionally(e);
          }
        });
    return done.get(10, SECONDS);
  }
}
