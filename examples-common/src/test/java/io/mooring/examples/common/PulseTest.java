package io.mooring.examples.common;

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
    assertNull(pulse.ailment());
    pulse.beat();
    pass(Duration.ofSeconds(119));
    assertNull(pulse.ailment());
  }

  @Test
  void connectedAndSilent_ails() {
    pulse.state(new ConnectionState.Connected(null));
    pass(Duration.ofSeconds(121));
    assertEquals("the client has not answered for 121 s", pulse.ailment());
  }

  @Test
  void taskThatDoesNotReturn_ails() {
    assertNull(Pulse.stuck("hardware has not returned", Duration.ofSeconds(120)));
    assertEquals(
        "hardware has not returned for 121 s",
        Pulse.stuck("hardware has not returned", Duration.ofSeconds(121)));
  }

  @Test
  void attemptThatNeverEnds_ails() {
    pulse.state(new ConnectionState.Connecting(new Endpoint("broker.example", 8883)));
    pass(Duration.ofSeconds(121));
    assertEquals("no attempt to connect for 121 s", pulse.ailment());
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }
}
