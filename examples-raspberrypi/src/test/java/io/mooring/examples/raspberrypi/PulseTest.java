package io.mooring.examples.raspberrypi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mooring.ConnectionState;
import io.mooring.Endpoint;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PulseTest {
  private final AtomicLong clock = new AtomicLong();
  private final Pulse pulse = new Pulse(clock::get);

  @Test
  void connectedAndAnswering_lives() {
    pulse.state(new ConnectionState.Connected(null));
    pass(Duration.ofSeconds(119));
    assertNull(pulse.ailment(Duration.ZERO));
    pulse.beat();
    pass(Duration.ofSeconds(119));
    assertNull(pulse.ailment(Duration.ZERO));
  }

  @Test
  void connectedAndSilent_ails() {
    pulse.state(new ConnectionState.Connected(null));
    pass(Duration.ofSeconds(121));
    assertEquals("the client has not answered for 121 s", pulse.ailment(Duration.ZERO));
  }

  @Test
  void hardwareThatDoesNotReturn_ails() {
    assertEquals("hardware has not returned for 121 s", pulse.ailment(Duration.ofSeconds(121)));
  }

  @Test
  void attemptThatNeverEnds_ails() {
    pulse.state(new ConnectionState.Connecting(new Endpoint("broker.example", 8883)));
    pass(Duration.ofSeconds(121));
    assertEquals("no attempt to connect for 121 s", pulse.ailment(Duration.ZERO));
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }
}
