package io.mooring.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
  @Test
  void figures_areReadByName() throws IOException {
    Answer answer = Answer.parse("OK wall=12 alloc=3.5").with("cpu", 7);
    assertEquals(12, answer.get("wall"));
    assertEquals(3.5, answer.get("alloc"));
    assertEquals(7, answer.get("cpu"));
  }

  @Test
  void figureThatIsMissing_isNamed() throws IOException {
    Answer answer = Answer.parse("OK wall=12");
    IOException failure = assertThrows(IOException.class, () -> answer.get("p50"));
    assertTrue(failure.getMessage().contains("p50"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAILED java.io.IOException: no", "", "Hello", "OK wall", "OK wall=x"})
  void lineThatIsNoAnswer_failsWithTheLine(String line) {
    IOException failure = assertThrows(IOException.class, () -> Answer.parse(line));
    assertTrue(failure.getMessage().contains(line));
  }
}
