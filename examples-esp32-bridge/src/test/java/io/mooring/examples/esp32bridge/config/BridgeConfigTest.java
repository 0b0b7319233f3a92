package io.mooring.examples.esp32bridge.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Qos;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeConfigTest {
  private static final String GOOD =
      """
      [bridge]
      name = gw-01          # a comment
      base = plant/7
      state = state
      [cloud]
      broker = mqtts://broker.example
      keystore = gateway.p12
      storepass-file = storepass
      [serial]
      line = /dev/ttyUSB* 115200
      keys = boards.p12
      storepass-file = storepass
      [local]
      broker = mqtts://mosquitto.lan
      keystore = local.p12
      storepass-file = storepass
      [device meter-01]
      leg = serial
      publish = telemetry/# qos 2 expiry 1h
      publish = raw/# as telemetry/raw/#
      subscribe = command/+ expiry 10m
      [device cam-[08-11]]
      leg = local
      publish = state retain yes
      """;

  private static BridgeConfig parse(String text) throws ConfigException {
    return BridgeConfig.parse(Path.of("/etc/bridge/bridge.conf"), text.lines().toList());
  }

  @Test
  void goodFile_isReadWhole() throws Exception {
    BridgeConfig config = parse(GOOD);
    assertEquals("gw-01", config.name());
    assertEquals(Path.of("/etc/bridge/state"), config.state());
    assertEquals(8883, config.cloud().broker().port());
    assertEquals(
        List.of(new SerialSettings.Line("/dev/ttyUSB*", 115_200)), config.serial().lines());
    assertEquals(
        List.of("meter-01", "cam-08", "cam-09", "cam-10", "cam-11"),
        List.copyOf(config.devices().keySet()));
    var topics = config.devices().get("meter-01").topics();
    assertEquals("plant/7/meter-01", topics.prefix());
    assertEquals(Qos.EXACTLY_ONCE, topics.publishRule("telemetry/a/b").orElseThrow().qos());
    assertEquals("telemetry/raw/x", topics.publishRule("raw/x").orElseThrow().map("raw/x"));
    assertEquals(
        Duration.ofMinutes(10), topics.subscribeRule("command/led").orElseThrow().expiry());
    assertTrue(topics.publishRule("other").isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name = gw-01|name = gw/01|line 2: name: 'gw/01' is not 1 to 64",
        "state = state||line 1: [bridge] lacks 'state'",
        "base = plant/7|base = plant/+|line 3: base: 'plant/+' cannot be a topic",
        "broker = mqtts://broker.example|broker = mqtt://broker.example|line 6: broker: mqtt:// is"
            + " plaintext",
        "keystore = gateway.p12|identity = device|line 5: [cloud] lacks 'keystore'",
        "115200|1200|line 10: line: 1200 is outside 9600 to 3000000",
        "115200|fast|line 10: line: 'fast' is not a number",
        "/dev/ttyUSB*|/dev/*/x|line 10: line: '/dev/*/x 115200': * stands behind the last slash",
        "broker = mqtts://mosquitto.lan|broker = mqtt://mosquitto.lan|line 14: broker: mqtt:// is"
            + " plaintext. Use mqtts://; or",
        "broker = mqtts://mosquitto.lan|plaintext = closed-network|line 14: plaintext: the broker"
            + " is mqtts://",
        "leg = serial|leg = radio|line 18: leg: 'radio' is none of [local, serial]",
        "telemetry/# qos 2|telemetry/# qos 3|line 19: publish: 3 is outside 0 to 2",
        "telemetry/# qos 2|telemetry/#/x qos 2|line 19: publish: 'telemetry/#/x' is no topic"
            + " filter",
        "telemetry/# qos 2|telemetry/# speed 2|line 19: publish: 'speed' is none of",
        "expiry 1h|expiry 1|line 19: publish: '1' is not a time",
        "raw/# as telemetry/raw/#|raw/# as x|line 20: publish: 'as x' does not fit",
        "subscribe = command/+ expiry 10m|subscribe = telemetry/+|line 17: [device meter-01]:"
            + " 'publish = telemetry/#' and 'subscribe = telemetry/+' overlap",
        "subscribe = command/+ expiry 10m|subscribe = +/link|line 17: [device meter-01]: 'subscribe"
            + " = +/link' takes in bridge/#",
        "cam-[08-11]|meter-01|line 22: device meter-01 stands a second time",
        "cam-[08-11]|METER-01|line 22: device METER-01: another differs in upper and lower case"
            + " only",
        "cam-[08-11]|gw-01|line 2: name: there is a [device gw-01]",
        "leg = local|leg = serial\\nspeed = 1|line 24: [device] has no 'speed'",
        "[local]|[lokal]|line 13: there is no [lokal]",
        "leg = local|what|line 23: 'what' is neither [section] nor key = value",
      })
  void badLine_isNamedWithItsReason(String from, String to, String problem) {
    assertTrue(GOOD.contains(from), from);
    String text = GOOD.replace(from, to == null ? "" : to.replace("\\n", "\n"));
    ConfigException e = assertThrows(ConfigException.class, () -> parse(text));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @Test
  void allProblems_areToldAtOnce() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> parse(GOOD.replace("gw-01", "g w").replace("qos 2", "qos 9")));
    assertTrue(e.getMessage().contains("line 2:") && e.getMessage().contains("line 19:"));
  }

  @Test
  void plaintext_byName_isAllowed() throws Exception {
    LocalSettings local =
        parse(
                GOOD.replace(
                    "broker = mqtts://mosquitto.lan\n"
                        + "keystore = local.p12\n"
                        + "storepass-file = storepass\n",
                    "broker = mqtt://mosquitto.lan\nplaintext = closed-network\n"))
            .local();
    assertTrue(local.plaintext());
    assertEquals(1883, local.port());
  }

  @Test
  void shippedFile_isGood() throws Exception {
    BridgeConfig config = BridgeConfig.read(Path.of("bridge.conf"));
    assertTrue(Files.readString(Path.of("bridge.conf")).contains("# "));
    assertEquals("gw-01", config.name());
  }
}
