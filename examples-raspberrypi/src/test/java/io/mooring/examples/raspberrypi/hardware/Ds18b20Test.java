package io.mooring.examples.raspberrypi.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ds18b20Test {
  private static final String GOOD =
      "72 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n72 01 4b 46 7f ff 0e 10 57 t=23125\n";
  private static final String BAD_CRC =
      "72 01 4b 46 7f ff 0e 10 56 : crc=57 NO\n72 01 4b 46 7f ff 0e 10 56 t=23125\n";
  private static final String POWER_ON =
      "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n";

  @TempDir Path sys;

  @Test
  void kernelsText_isReadToAThousandth() throws HardwareException {
    assertEquals(23125, Ds18b20.milliCelsius(GOOD));
    assertEquals(-10125, Ds18b20.milliCelsius(GOOD.replace("t=23125", "t=-10125")));
  }

  @Test
  void wrongChecksum_isNoReading() {
    assertTrue(refusal(BAD_CRC).startsWith("checksum wrong"));
  }

  @Test
  void powerOnValue_isNoReading() {
    assertTrue(refusal(POWER_ON).startsWith("85 degrees is its value without a measurement"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "YES", "crc=57 YES\n", "nothing here\nt=23125", "crc=57 YES\n t="})
  void anythingElse_isNoReading(String slave) {
    assertThrows(HardwareException.class, () -> Ds18b20.milliCelsius(slave));
  }

  @ParameterizedTest
  @CsvSource({"-55001", "125001", "999999"})
  void valueOutOfThePartsRange_isNoReading(String value) {
    assertTrue(refusal(GOOD.replace("23125", value)).contains("out of its range"));
  }

  @Test
  void probes_areFoundInTheKernelsFiles_andOneThatFailsHidesNoOther() throws Exception {
    probe("28-0000000000b1", GOOD);
    probe("28-0000000000a1", BAD_CRC);
    probe("00-w1-other", GOOD);

    assertEquals(
        "{\"28-0000000000b1\":23.125,"
            + "\"faults\":{\"28-0000000000a1\":\"checksum wrong; is the cable too long?\"}}",
        sensor().read());
  }

  @Test
  void allProbesFailing_isNoReading_andNamesEach() throws IOException {
    probe("28-0000000000a1", BAD_CRC);
    Files.createDirectories(devices().resolve("28-0000000000c1")); // unplugged in between

    String said = assertThrows(HardwareException.class, () -> sensor().read()).getMessage();

    assertTrue(said.contains("28-0000000000a1") && said.contains("does not answer"), said);
  }

  @Test
  void noBus_andNoProbe_areToldApart() throws IOException {
    assertTrue(
        assertThrows(HardwareException.class, () -> sensor().read())
            .getMessage()
            .contains("dtoverlay=w1-gpio"));
    Files.createDirectories(devices());
    assertTrue(
        assertThrows(HardwareException.class, () -> sensor().read())
            .getMessage()
            .contains("check the wiring"));
  }

  private Sensor sensor() {
    return new Ds18b20(KernelOneWire.in(sys), "here");
  }

  private Path devices() {
    return sys.resolve("bus/w1/devices");
  }

  private void probe(String name, String slave) throws IOException {
    Path folder = Files.createDirectories(devices().resolve(name));
    Files.writeString(folder.resolve("w1_slave"), slave);
  }

  private static String refusal(String slave) {
    return assertThrows(HardwareException.class, () -> Ds18b20.milliCelsius(slave)).getMessage();
  }
}
