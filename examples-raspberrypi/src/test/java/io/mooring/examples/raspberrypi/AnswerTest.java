package io.mooring.examples.raspberrypi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mooring.Message;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
  private static final String HOME = "plant/7/pi-1/response";
  private static final Duration LIVES = Duration.ofMinutes(1);
  private static final byte[] CORRELATION = {1, 2, 0, -1};

  @Test
  void answer_goesToTheResponseTopic_withTheCorrelationData() {
    Message answer = Answer.to(command(HOME + "/operator-3"), HOME, "ok", LIVES);

    assertEquals(HOME + "/operator-3", answer.topic());
    assertArrayEquals(CORRELATION, answer.correlationData());
    assertEquals("ok", answer.payloadText());
    assertNull(answer.responseTopic());
    assertEquals(LIVES, answer.expiry());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plant/7/pi-1/command/led",
        "plant/7/pi-2/command/led",
        "plant/7/pi-1/response-not",
        "elsewhere"
      })
  void answer_isNotSentWhereACommandMayNotPointTheDevice(String responseTopic) {
    assertEquals(HOME, Answer.to(command(responseTopic), HOME, "ok", LIVES).topic());
  }

  @Test
  void commandWithoutResponseTopic_isAnsweredAtHome() {
    Message answer = Answer.to(Message.of("plant/7/pi-1/command/led", "on"), HOME, "ok", LIVES);

    assertEquals(HOME, answer.topic());
    assertNull(answer.correlationData());
  }

  private static Message command(String responseTopic) {
    return Message.to("plant/7/pi-1/command/led")
        .payload("on")
        .responseTopic(responseTopic)
        .correlationData(CORRELATION)
        .build();
  }
}
