package io.mooring.examples.raspberrypi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
  @Test
  void led_onAndOff_isRead() throws RefusedCommandException {
    assertEquals(new Command.Switch(true), parse("led", "on"));
    assertEquals(new Command.Switch(false), parse("led", "off"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 3600})
  void interval_inRange_isRead(int seconds) throws RefusedCommandException {
    assertEquals(
        new Command.Interval(Duration.ofSeconds(seconds)),
        parse("interval", Integer.toString(seconds)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "3601", "-1", "+5", "1.5", " 5", "5\n", "99999999999", "\u0665"})
  void interval_anythingElse_isRefused(String payload) {
    assertTrue(refusal("interval", payload).startsWith("interval takes whole seconds from 1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ON", "on ", "true", "1"})
  void led_anythingElse_isRefused(String payload) {
    assertTrue(refusal("led", payload).startsWith("led takes on or off, not '"));
  }

  @Test
  void readAndSettings_withoutPayload_areRead() throws RefusedCommandException {
    assertEquals(new Command.Read(), parse("read", ""));
    assertEquals(new Command.ShowSettings(), parse("settings", ""));
  }

  @Test
  void readAndSettings_withPayload_areRefused() {
    assertEquals("read takes no payload, not 'all'", refusal("read", "all"));
    assertEquals("settings takes no payload, not '?'", refusal("settings", "\0"));
  }

  @Test
  void unknownCommand_isRefusedByName() {
    assertEquals(
        "unknown command 'reboot'; known: led, interval, read, settings", refusal("reboot", "now"));
  }

  @Test
  void refusal_ofHostileBytes_isShortPlainAscii() {
    String refusal = refusal("led", "\u001b[2J" + "x".repeat(100_000));
    assertTrue(refusal.chars().allMatch(c -> c >= ' ' && c <= '~'), refusal);
    assertTrue(refusal.length() < 100, refusal);
  }

  private static Command parse(String name, String payload) throws RefusedCommandException {
    return Command.parse(name, payload.getBytes(UTF_8));
  }

  private static String refusal(String name, String payload) {
    return assertThrows(RefusedCommandException.class, () -> parse(name, payload)).getMessage();
  }
}
