package io.mooring.examples.esp32bridge.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine against a simulated device, over a line that loses, changes, repeats and delays. */
@Timeout(60)
class LineMachineTest {
  private static final long MILLI = 1_000_000;
  private static final int MESSAGES = 200;
  private static final byte[] KEY = new byte[32];
  private static final long DOWN_STREAM = 77;

  private final List<String> published = new ArrayList<>();
  private final List<LineEvent> events = new ArrayList<>();
  private long settledUp;
  private long settledDown;
  private long session = -1;

  private LineMachine machine(byte[] key) {
    return new LineMachine(
        new LineSettings("/dev/x", 115_200, Duration.ofSeconds(5), 8, 1024, Duration.ofSeconds(10)),
        (id, line) ->
            new DeviceDirectory.Answer.Yes(
                new TestKey(key), DOWN_STREAM, new DeviceDirectory.Memory(5, settledUp)),
        new SecureRandom());
  }

  /** What the bridge does with a line, shrunk: number memory up, one window of commands down. */
  private void bridge(LineMachine machine, long now) {
    for (LineEvent event : machine.events()) {
      events.add(event);
      if (event instanceof LineEvent.Live live) {
        session = live.session();
        for (long n = settledDown + 1; n <= MESSAGES; n++) {
          machine.send(
              session,
              new LineMessage(1, false, n, "c", null, ("c" + n).getBytes(StandardCharsets.UTF_8)));
        }
      } else if (event instanceof LineEvent.Published up) {
        if (up.message().number() > settledUp) {
          settledUp = up.message().number();
          published.add(new String(up.message().content(), StandardCharsets.UTF_8));
        }
        machine.result(up.session(), up.message().number(), Result.ACCEPTED);
        machine.processed(up.session(), now);
      } else if (event instanceof LineEvent.Settled settled) {
        settledDown = Math.max(settledDown, settled.number());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 8, 12, 20})
  void noisyLine_everyMessageOnceAndInOrder(int percentBad) {
    for (long seed = 1; seed <= 10; seed++) {
      run(percentBad, new Random(seed * 1000 + percentBad));
    }
  }

  private void run(int percentBad, Random random) {
    published.clear();
    settledUp = 0;
    settledDown = 0;
    LineMachine machine = machine(KEY);
    SimulatedDevice device = new SimulatedDevice("d", KEY, 5, random);
    for (long n = 1; n <= MESSAGES; n++) {
      device.unsettled.put(n, "m" + n);
    }
    machine.opened(0);
    List<byte[]> recorded = new ArrayList<>();
    long now = 0;
    while (settledDown < MESSAGES || settledUp < MESSAGES || !device.unsettled.isEmpty()) {
      now += MILLI;
      assertTrue(now < 3_600_000 * MILLI, "no end: " + settledUp + " up, " + settledDown + " down");
      byte[] up = device.tick(now);
      if (up != null) {
        recorded.add(up);
        deliver(machine, up, percentBad, random, recorded, now);
      }
      machine.tick(now);
      bridge(machine, now);
      byte[] down = machine.next(now);
      if (down != null && random.nextInt(100) >= percentBad) {
        device.received(down, now);
      } else if (down != null) {
        device.received(broken(down, random), now);
      }
    }
    assertEquals(IntStream.rangeClosed(1, MESSAGES).mapToObj(i -> "m" + i).toList(), published);
    assertEquals(IntStream.rangeClosed(1, MESSAGES).mapToObj(i -> "c" + i).toList(), device.done);
  }

  private static void deliver(
      LineMachine machine,
      byte[] up,
      int percentBad,
      Random random,
      List<byte[]> recorded,
      long now) {
    int luck = random.nextInt(100);
    if (luck >= percentBad) {
      machine.received(up, up.length, now);
    } else {
      byte[] broken = broken(up, random);
      machine.received(broken, broken.length, now);
    }
    if (luck % 10 == 0 && percentBad > 0) { // an old frame, or one of an older session, again
      byte[] old = recorded.get(random.nextInt(recorded.size()));
      machine.received(old, old.length, now);
    }
  }

  /** Cut short, swallowed, or with one bit changed. */
  private static byte[] broken(byte[] bytes, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> new byte[0];
      case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      default -> {
        byte[] changed = bytes.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        yield changed;
      }
    };
  }

  @Test
  void swappedBoard_isRefusedAndNamed_andNothingOfItIsTaken() {
    byte[] other = KEY.clone();
    other[0] = 1;
    LineMachine machine = machine(other);
    SimulatedDevice device = new SimulatedDevice("d", KEY, 5, new Random(1));
    device.unsettled.put(1L, "m1");
    machine.opened(0);
    for (long now = 0; now < 10_000 * MILLI; now += MILLI) {
      byte[] up = device.tick(now);
      if (up != null) {
        machine.received(up, up.length, now);
      }
      bridge(machine, now);
      byte[] down = machine.next(now);
      if (down != null) {
        device.received(down, now);
      }
    }
    assertFalse(events.isEmpty());
    events.forEach(e -> assertEquals(new LineEvent.Refused("d", Refusal.WRONG_KEY), e));
    assertEquals(List.of(), published);
    assertFalse(device.isLive());
  }

  /** Random bytes, long and short: no event, no exception, and no memory beyond the bounds. */
  @Test
  void noise_alone_isOnlyCounted() {
    Random random = new Random(4);
    LineMachine machine = machine(KEY);
    machine.opened(0);
    byte[] noise = new byte[100_000];
    for (int i = 0; i < 50; i++) {
      random.nextBytes(noise);
      machine.received(noise, noise.length, i * MILLI);
    }
    assertEquals(List.of(), machine.events());
    assertTrue(machine.report().here().crcErrors() > 1000);
  }
}
