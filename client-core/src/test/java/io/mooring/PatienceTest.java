package io.mooring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.ClientClosedException;
import io.mooring.identity.Secret;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a call waits is looked at before anything is taken. */
@Timeout(30)
class PatienceTest {
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private static SecureMqttClient client() {
    return SecureMqttClient.builder()
        .broker("mqtts://broker.example")
        .authenticate(PasswordAuthentication.of("a", Secret.of(new char[] {'b'})))
        .build();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void notMoreThanZero_isRefused_andNothingIsTaken(long seconds) {
    Duration patience = Duration.ofSeconds(seconds);
    try (SecureMqttClient client = client()) {
      assertThrows(
          IllegalArgumentException.class,
          () -> client.publishAndWait(Message.of("plant/7", "21.5"), patience));
      assertThrows(
          NullPointerException.class,
          () -> client.publishAndWait(Message.of("plant/7", "21.5"), null));
      assertEquals(0, client.pending());
      assertThrows(IllegalArgumentException.class, () -> client.awaitConnected(patience));
    }
  }

  @Test
  void anyLength_isTaken() {
    SecureMqttClient client = client();
    client.close();
    assertThrows(
        ClientClosedException.class,
        () -> client.publishAndWait(Message.of("plant/7", "21.5"), FOR_EVER));
  }
}
