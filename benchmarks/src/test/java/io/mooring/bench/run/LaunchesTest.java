package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LaunchesTest {
  @Test
  void tunedPeers_haveTheFlagsOfTheImage() throws Exception {
    Path image = Path.of("..", "image", "board", "java.options");

    assertEquals(
        Files.readAllLines(image).stream().filter(line -> line.startsWith("-X")).toList(),
        Launches.TUNED);
  }
}
