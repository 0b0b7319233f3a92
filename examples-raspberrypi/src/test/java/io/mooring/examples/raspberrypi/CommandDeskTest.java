package io.mooring.examples.raspberrypi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.examples.raspberrypi.hardware.Hardware;
import io.mooring.examples.raspberrypi.hardware.HardwareException;
import io.mooring.examples.raspberrypi.hardware.Led;
import io.mooring.examples.raspberrypi.hardware.Sensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandDeskTest {
  private static final long PATIENCE_SECONDS = 20;

  private final AtomicLong clock = new AtomicLong();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final BlockingQueue<Duration> intervals = new LinkedBlockingQueue<>();
  private final Bench bench = new Bench();
  private final HardwareThread thread = new HardwareThread();
  private LiveSettings live =
      new LiveSettings(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofDays(1));
  private final CommandDesk desk =
      new CommandDesk(
          bench,
          thread,
          () -> live,
          intervals::add,
          (command, answer) -> answers.add(CommandDesk.name(command) + ": " + answer),
          clock::get);

  @AfterEach
  void close() {
    bench.free.countDown();
    desk.close();
    thread.close();
  }

  @Test
  void commands_areObeyedInTheirOrder_andAnswered() throws InterruptedException {
    take("led", "on");
    take("interval", "7");
    take("settings", "");
    take("read", "");

    assertEquals("led: ok: led is on", answer());
    assertEquals("interval: ok: interval is 7 s", answer());
    assertEquals(
        "settings: ok: interval 30 s, command-deadline 5 s, keep-readings 86400 s", answer());
    assertEquals(
        "read: ok: {\"cpu\":{\"celsius\":48.0},\"climate\":{\"error\":\"unplugged\"}}", answer());
    assertEquals(Duration.ofSeconds(7), intervals.poll());
  }

  @ParameterizedTest
  @CsvSource({
    "reboot,now,reboot: error: unknown command 'reboot'; known: led; interval; read; settings",
    "led,dim,led: error: led takes on or off; not 'dim'",
    "interval,0,interval: error: interval takes whole seconds from 1 to 3600; not '0'",
    "read,all,read: error: read takes no payload; not 'all'"
  })
  void unknownOrMalformed_isAnsweredWithAnErrorAndNotObeyed(
      String name, String payload, String answer) throws InterruptedException {
    take(name, payload);

    assertEquals(answer.replace(";", ","), answer().replace(";", ","));
    assertEquals(0, bench.switched.get());
    assertTrue(intervals.isEmpty());
  }

  @Test
  void retainedCommand_isNotObeyed() throws InterruptedException {
    desk.take(Message.to("plant/7/pi-1/command/led").payload("on").retain(true).build());

    assertEquals("led: error: a retained command is not obeyed", answer());
    assertEquals(0, bench.switched.get());
  }

  @Test
  void commandThatWaitedPastItsDeadline_isNotObeyed() throws InterruptedException {
    bench.holdUp();
    take("led", "on");
    bench.awaitHeld();
    take("interval", "7"); // waits behind it
    clock.addAndGet(TimeUnit.SECONDS.toNanos(6));
    bench.free.countDown();

    assertEquals("led: ok: led is on", answer());
    assertEquals("interval: error: too late after 5 s; not obeyed", answer());
    assertTrue(intervals.isEmpty());
  }

  @Test
  void messageExpiryInterval_shorterThanTheDeadline_counts() throws InterruptedException {
    bench.holdUp();
    take("led", "on");
    bench.awaitHeld();
    desk.take(
        Message.to("plant/7/pi-1/command/interval")
            .payload("7")
            .expiry(Duration.ofSeconds(2))
            .build());
    clock.addAndGet(TimeUnit.SECONDS.toNanos(3));
    bench.free.countDown();

    assertEquals("led: ok: led is on", answer());
    assertEquals("interval: error: too late after 2 s; not obeyed", answer());
  }

  @Test
  void hardwareThatHangs_isAnsweredAtTheDeadline() throws InterruptedException {
    live = new LiveSettings(Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofDays(1));
    bench.holdUp();
    take("led", "on");

    assertEquals(
        "led: error: not done within 0 s: the hardware did not answer; it was begun and may still"
            + " happen",
        answer());
  }

  @Test
  void commandBehindHardwareThatIsBusy_isNeverBegun() throws InterruptedException {
    live = new LiveSettings(Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofDays(1));
    bench.holdUp();
    thread.post(
        () -> {
          try {
            bench.led().set(false);
          } catch (HardwareException e) {
            throw new IllegalStateException(e);
          }
        });
    bench.awaitHeld();
    take("led", "on");

    assertEquals(
        "led: error: not done within 0 s: the hardware was busy; it was not begun and never will"
            + " be",
        answer());
    bench.free.countDown();
    CountDownLatch after = new CountDownLatch(1);
    thread.post(after::countDown);
    assertTrue(after.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(1, bench.switched.get(), "only what went before it");
  }

  @Test
  void flood_isRefusedBeyondItsBound_andEachCommandIsAnswered() throws InterruptedException {
    bench.holdUp();
    take("led", "on");
    bench.awaitHeld();
    for (int i = 0; i < 100; i++) {
      take("interval", "7");
    }
    bench.free.countDown();

    List<String> all = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      all.add(answer());
    }
    assertEquals(
        84,
        all.stream()
            .filter(a -> a.endsWith("16 commands wait already; this one was not obeyed"))
            .count());
    assertEquals(16, intervals.size());
  }

  @Test
  void partThatFails_isAnsweredWithItsReason() throws InterruptedException {
    bench.fault = "the LED cannot be switched: EIO";
    take("led", "on");

    assertEquals("led: error: the LED cannot be switched: EIO", answer());
  }

  private void take(String name, String payload) {
    desk.take(Message.of("plant/7/pi-1/command/" + name, payload));
  }

  private String answer() throws InterruptedException {
    return String.valueOf(answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /** Hardware that can be held up. */
  private static final class Bench implements Hardware, Led {
    final AtomicInteger switched = new AtomicInteger();
    final CountDownLatch free = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile boolean hold;
    volatile String fault;

    void holdUp() {
      hold = true;
    }

    void awaitHeld() throws InterruptedException {
      assertTrue(held.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Override
    public String set(boolean on) throws HardwareException {
      if (fault != null) {
        throw new HardwareException(fault);
      }
      if (hold) {
        held.countDown();
        boolean interrupted = false;
        // A bus that hangs does not hear an interrupt.
        while (true) {
          try {
            free.await();
            break;
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      switched.incrementAndGet();
      return "led is " + (on ? "on" : "off");
    }

    @Override
    public List<Sensor> sensors() {
      return List.of(new Fixed("cpu", "{\"celsius\":48.0}"), new Fixed("climate", null));
    }

    @Override
    public String model() {
      return "bench";
    }

    @Override
    public Led led() {
      return this;
    }

    @Override
    public void onButton(Consumer<Boolean> listener) {}

    @Override
    public String describe() {
      return "bench";
    }

    @Override
    public void close() {}
  }

  private record Fixed(String name, String reading) implements Sensor {
    @Override
    public String describe() {
      return name;
    }

    @Override
    public String read() throws HardwareException {
      if (reading == null) {
        throw new HardwareException("unplugged");
      }
      return reading;
    }
  }
}
