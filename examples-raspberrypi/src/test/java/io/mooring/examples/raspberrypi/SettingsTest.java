package io.mooring.examples.raspberrypi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final List<String> LEAST =
      List.of("--client-id", "pi-1", "--keystore", "device.p12", "--storepass-file", "storepass");

  @Test
  void arguments_comeBeforeTheEnvironment() {
    Settings settings =
        parse(
            Map.of("MOORING_BROKER", "mqtts://other", "MOORING_INTERVAL", "5"),
            "--broker",
            "mqtts://broker.example");

    assertEquals(new Endpoint("broker.example", 8883), settings.broker());
    assertEquals(Duration.ofSeconds(5), settings.interval());
    assertEquals("plant/7/pi-1/state", settings.topic("state"));
    assertFalse(settings.once());
  }

  @Test
  void plaintextBroker_isRefusedByName() {
    assertTrue(refusal("--broker", "mqtt://broker.example").contains("plaintext"));
  }

  @Test
  void whatIsMissing_isNamedWithItsVariable() {
    assertEquals("--broker or MOORING_BROKER is missing", refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--password", "--broker"})
  void unknownOrValuelessOption_isRefused(String option) {
    assertTrue(refusal(option).contains(option));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "+", "#", "", "a b"})
  void clientId_thatIsNoTopicLevel_isRefused(String clientId) {
    assertThrows(
        IllegalArgumentException.class,
        () -> parse(Map.of(), "--broker", "mqtts://b", "--client-id", clientId));
  }

  @Test
  void interval_outOfRange_isRefused() {
    assertEquals(
        "--interval takes whole seconds from 1 to 3600, not '0'",
        refusal("--broker", "mqtts://b", "--interval", "0"));
  }

  private static Settings parse(Map<String, String> environment, String... more) {
    List<String> arguments = new ArrayList<>(LEAST);
    arguments.addAll(List.of(more));
    return Settings.parse(arguments, environment);
  }

  private static String refusal(String... more) {
    return assertThrows(IllegalArgumentException.class, () -> parse(Map.of(), more)).getMessage();
  }
}
