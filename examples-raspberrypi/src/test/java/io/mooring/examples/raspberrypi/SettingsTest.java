package io.mooring.examples.raspberrypi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Endpoint;
import io.mooring.examples.raspberrypi.hardware.Wiring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final List<String> LEAST =
      List.of("--client-id", "pi-1", "--keystore", "device.p12", "--storepass-file", "storepass");
  private static final String LEAST_FILE =
      """
      broker = mqtts://broker.example
      client-id = pi-1
      keystore = device.p12
      storepass-file = storepass
      """;

  @TempDir Path folder;

  @Test
  void arguments_comeBeforeTheEnvironment_whichComesBeforeTheFile() throws Exception {
    Path file = file("interval = 7\nkeep-readings = 120\ncommand-deadline = 9\n");

    Settings settings =
        parse(
            Map.of("MOORING_BROKER", "mqtts://other", "MOORING_INTERVAL", "5"),
            "--config",
            file.toString(),
            "--broker",
            "mqtts://broker.example",
            "--keep-readings",
            "60");

    assertEquals(new Endpoint("broker.example", 8883), settings.broker());
    assertEquals(
        new LiveSettings(Duration.ofSeconds(5), Duration.ofSeconds(9), Duration.ofSeconds(60)),
        settings.live());
    assertEquals("plant/7/pi-1/state", settings.topic("state"));
    assertFalse(settings.once());
  }

  @Test
  void leastFile_touchesNoHardware_andKeepsReadingsInMemory() throws Exception {
    Settings settings = fromFile(LEAST_FILE);

    assertEquals(Wiring.BARE, settings.wiring());
    assertFalse(settings.mock());
    assertNull(settings.outbox());
    assertEquals(Duration.ofSeconds(30), settings.live().interval());
    assertEquals(Duration.ofMinutes(1), settings.keepCommands());
  }

  @Test
  void shippedFile_isInOrder_onceBrokerAndNameAreGiven() throws Exception {
    String shipped = Files.readString(Path.of("mooring-pi.conf"));

    Settings settings =
        fromFile(shipped.replace("#broker =", "broker =").replace("#client-id =", "client-id ="));

    assertEquals(new Endpoint("broker.example", 8883), settings.broker());
    assertEquals(Path.of("/etc/mooring-pi/keys/device.p12"), settings.keystore());
    assertEquals(Path.of("/var/lib/mooring-pi/outbox"), settings.outbox());
    assertEquals(Wiring.BARE, settings.wiring());
  }

  @Test
  void shippedFile_namesEverySetting_withItsDefault() throws Exception {
    Settings shipped =
        fromFile(
            Files.readString(Path.of("mooring-pi.conf"))
                .replace("#broker =", "broker =")
                .replace("#client-id =", "client-id ="));
    Settings defaults =
        fromFile(
            """
            broker = mqtts://broker.example:8883
            client-id = pi-0042
            keystore = /etc/mooring-pi/keys/device.p12
            storepass-file = /etc/mooring-pi/keys/storepass
            outbox = /var/lib/mooring-pi/outbox
            """);

    assertEquals(List.of(), shipped.needsRestart(defaults));
    assertEquals(defaults.live(), shipped.live());
  }

  @Test
  void shippedFile_asItIs_saysWhatIsMissing() throws Exception {
    Path shipped = Path.of("mooring-pi.conf");
    assertEquals(
        shipped
            + ": broker is missing; write a line 'broker = ...'\n"
            + shipped
            + ": client-id is missing; write a line 'client-id = ...'",
        assertThrows(
                SettingsException.class,
                () -> Settings.parse(List.of("--config", shipped.toString()), Map.of()))
            .getMessage());
  }

  @Test
  void wiring_isReadFromTheFile() throws Exception {
    Settings settings =
        fromFile(LEAST_FILE + "led = 17\nbutton = 27\nbme280 = 1:0x76\nds18b20 = on # probe\n");

    assertEquals(
        new Wiring(OptionalInt.of(17), false, OptionalInt.of(27), OptionalInt.of(0x176), true),
        settings.wiring());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "led = 54|led takes off or the number of a line, 0 to 53, not '54'",
        "button = board|button takes off or the number of a line, 0 to 53, not 'board'",
        "bme280 = 1:0x48|bme280 takes off or BUS:ADDRESS with the address 0x76 or 0x77, as 1:0x76,"
            + " not '1:0x48'",
        "ds18b20 = yes|ds18b20 takes on or off, not 'yes'",
        "platform = pc|platform takes pi or mock, not 'pc'",
        "interval = 0|interval takes whole seconds from 1 to 3600, not '0'",
        "keep-readings = 1h|keep-readings takes whole seconds from 60 to 2592000, not '1h'",
        "keep-commands = 0|keep-commands takes whole seconds from 1 to 86400, not '0'",
        "outbox-megabytes = 0|outbox-megabytes takes whole numbers from 1 to 4096, not '0'",
        "base = /plant|base is 1 to 8 levels of A-Z a-z 0-9 . _ -; got '/plant'",
        "colour = red|there is no setting 'colour'; known:",
        "interval 5|not 'name = value': 'interval 5'",
      })
  void mistake_isToldWithLineAndReason(String line, String reason) throws IOException {
    String said = refusalOf(LEAST_FILE + "\n# a comment\n" + line + "\n");
    assertTrue(said.startsWith(folder.resolve("pi.conf") + ":7: " + reason), said);
  }

  @Test
  void secondValueOfASetting_namesBothLines() throws IOException {
    assertEquals(
        folder.resolve("pi.conf") + ":6: interval is set a second time; first in line 5",
        refusalOf(LEAST_FILE + "interval = 5\ninterval = 6\n"));
  }

  @Test
  void ledAndButtonOnOneLine_isRefused() throws IOException {
    assertEquals(
        folder.resolve("pi.conf") + ":6: button is on line 17, where the LED is",
        refusalOf(LEAST_FILE + "led = 17\nbutton = 17\n"));
  }

  @Test
  void allMistakes_areToldAtOnce() throws IOException {
    String said = refusalOf("broker = mqtt://b\nclient-id = a/b\ninterval = soon\n");
    assertEquals(5, said.lines().count(), said);
    assertTrue(said.contains(":1: broker"), said);
    assertTrue(said.contains(":2: client-id"), said);
    assertTrue(said.contains(":3: interval"), said);
    assertTrue(said.contains("keystore is missing"), said);
  }

  @Test
  void hostileBytesInAFile_areShownAsShortPlainAscii() throws IOException {
    String said = refusalOf(LEAST_FILE + "\u001b[2J" + "x".repeat(1000) + " = 1\n");
    assertTrue(said.chars().allMatch(c -> c >= ' ' && c <= '~'), said);
    assertTrue(said.length() < 500, said);
  }

  @Test
  void fileThatIsMissingOrBinary_isNamed() throws IOException {
    Path absent = folder.resolve("absent.conf");
    assertTrue(refusal("--config", absent.toString()).startsWith(absent + ": there is no such"));
    Path binary = folder.resolve("binary.conf");
    Files.write(binary, new byte[] {(byte) 0xC3, 0x28});
    assertTrue(refusal("--config", binary.toString()).startsWith(binary + ": not UTF-8"));
    Path long_ = folder.resolve("long.conf");
    Files.write(long_, new byte[64 * 1024 + 1]);
    assertTrue(refusal("--config", long_.toString()).startsWith(long_ + ": longer than 64 KiB"));
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
        SettingsException.class,
        () -> parse(Map.of(), "--broker", "mqtts://b", "--client-id", clientId));
  }

  @Test
  void whatNeedsARestart_isToldFromWhatDoesNot() throws Exception {
    Settings before = fromFile(LEAST_FILE);

    assertEquals(List.of(), fromFile(LEAST_FILE + "interval = 5\n").needsRestart(before));
    assertEquals(
        List.of("keep-commands", "led"),
        fromFile(LEAST_FILE + "led = 17\nkeep-commands = 5\ninterval = 5\n").needsRestart(before));
    assertEquals(
        List.of("ds18b20", "outbox", "outbox-megabytes"),
        fromFile(LEAST_FILE + "outbox = here\noutbox-megabytes = 5\nds18b20 = on\n")
            .needsRestart(before));
  }

  private Settings fromFile(String content) throws IOException, SettingsException {
    return Settings.parse(List.of("--config", file(content).toString()), Map.of());
  }

  private String refusalOf(String content) throws IOException {
    Path file = file(content);
    return assertThrows(
            SettingsException.class,
            () -> Settings.parse(List.of("--config", file.toString()), Map.of()))
        .getMessage();
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("pi.conf"), content, StandardCharsets.UTF_8);
  }

  private static Settings parse(Map<String, String> environment, String... more)
      throws SettingsException {
    List<String> arguments = new ArrayList<>(LEAST);
    arguments.addAll(List.of(more));
    return Settings.parse(arguments, environment);
  }

  private static String refusal(String... more) {
    return assertThrows(SettingsException.class, () -> parse(Map.of(), more)).getMessage();
  }
}
