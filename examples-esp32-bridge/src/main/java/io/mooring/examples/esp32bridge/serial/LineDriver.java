package io.mooring.examples.esp32bridge.serial;

import io.mooring.examples.esp32bridge.link.DeviceDirectory;
import io.mooring.examples.esp32bridge.link.Farewell;
import io.mooring.examples.esp32bridge.link.LineMachine;
import io.mooring.examples.esp32bridge.link.LineMessage;
import io.mooring.examples.esp32bridge.link.LineSettings;
import io.mooring.examples.esp32bridge.link.LinkReport;
import io.mooring.examples.esp32bridge.link.Result;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One port and its machine: one thread reads, one writes, so that a line which is stuck holds up
 * nobody else, and its own reading and clock go on. The machine makes bytes only when the writer
 * asks for them: nothing piles up behind a stuck line.
 */
final class LineDriver implements Line, AutoCloseable {
  private static final int CHUNK = 4096;
  private static final long SHORTEST_WAIT = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);
  private static final long FAREWELL_MILLIS = 200;

  private final LineSettings settings;
  private final Port port;
  private final LineMachine machine;
  private final LineListener listener;
  private final Runnable ended;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final CountDownLatch written = new CountDownLatch(1);
  private boolean closing;
  private boolean closed;

  LineDriver(
      LineSettings settings,
      Port port,
      DeviceDirectory directory,
      SecureRandom random,
      LineListener listener,
      Runnable ended) {
    this.settings = settings;
    this.port = port;
    this.machine = new LineMachine(settings, directory, random);
    this.listener = listener;
    this.ended = ended;
  }

  void start() {
    machine.opened(System.nanoTime());
    thread("read", this::read).start();
    thread("write", this::write).start();
  }

  private Thread thread(String what, Runnable run) {
    Thread thread = new Thread(run, "serial-" + what + " " + settings.name());
    thread.setDaemon(true);
    return thread;
  }

  private void read() {
    byte[] buffer = new byte[CHUNK];
    try {
      while (!isClosed()) {
        int count = port.read(buffer);
        lock.lock();
        try {
          long now = System.nanoTime();
          if (count > 0) {
            machine.received(buffer, count, now);
          } else {
            machine.tick(now); // also while the writer is stuck
          }
          tell();
        } finally {
          lock.unlock();
        }
      }
    } catch (IOException e) {
      end(e.toString());
    }
  }

  private void write() {
    byte[] buffer = new byte[CHUNK + Short.MAX_VALUE];
    try {
      for (int count = take(buffer); count > 0; count = take(buffer)) {
        port.write(buffer, count);
      }
    } catch (IOException e) {
      end(e.toString());
    } finally {
      written.countDown();
    }
  }

  /** Waits for bytes to write; 0 at the end. */
  private int take(byte[] buffer) {
    lock.lock();
    try {
      while (!closed) {
        long now = System.nanoTime();
        machine.tick(now);
        tell();
        int count = 0;
        while (count < CHUNK) {
          byte[] next = machine.next(now);
          if (next == null) {
            break;
          }
          System.arraycopy(next, 0, buffer, count, next.length);
          count += next.length;
        }
        if (count > 0) {
          return count;
        }
        if (closing) {
          return 0;
        }
        work.awaitNanos(Math.max(SHORTEST_WAIT, Math.min(LONGEST_WAIT, machine.untilDue(now))));
      }
      return 0;
    } catch (InterruptedException e) {
      return 0; // nobody interrupts it but the end of the JVM
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock, so that events keep their order. */
  private void tell() {
    machine.events().forEach(event -> listener.happened(this, event));
    work.signal();
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void end(String why) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      machine.closed(Farewell.UNPLUGGED, System.nanoTime());
      tell();
    } finally {
      lock.unlock();
    }
    listener.note("Line " + settings.name() + " closed: " + why);
    port.close();
    ended.run();
  }

  /** Says BYE, if the line takes it, and closes the port. */
  @Override
  public void close() {
    locked(
        () -> {
          closing = true;
          machine.closed(Farewell.CLOSING, System.nanoTime());
        });
    try {
      if (!written.await(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
        listener.note("Line " + settings.name() + " did not take the farewell: it is stuck");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end("the bridge ends");
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void processed(long session) {
    locked(() -> machine.processed(session, System.nanoTime()));
  }

  @Override
  public void result(long session, long number, Result result) {
    locked(() -> machine.result(session, number, result));
  }

  @Override
  public boolean send(long session, LineMessage message) {
    lock.lock();
    try {
      boolean taken = machine.send(session, message);
      work.signal();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void status(long session, byte[] status) {
    locked(() -> machine.status(session, status));
  }

  @Override
  public void end(long session, Farewell why) {
    locked(() -> machine.end(session, why, System.nanoTime()));
  }

  @Override
  public LinkReport report() {
    lock.lock();
    try {
      return machine.report();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      tell();
    } finally {
      lock.unlock();
    }
  }
}
