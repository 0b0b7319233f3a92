package io.mooring.examples.raspberrypi;

import io.mooring.Message;
import java.time.Duration;

/** The answer to a command (MQTT 5, section 4.10). */
final class Answer {
  private Answer() {}

  /**
   * An answer with the command's Correlation Data, to its Response Topic if that is {@code home} or
   * below it, else to {@code home}: a command must not make the device publish anywhere else, on
   * its own command topic for one.
   *
   * @param lives how long anybody may wait for it
   */
  static Message to(Message command, String home, String text, Duration lives) {
    String wanted = command.responseTopic();
    boolean allowed = wanted != null && (wanted.equals(home) || wanted.startsWith(home + "/"));
    Message.Builder answer =
        Message.to(wanted != null && allowed ? wanted : home)
            .payload(text)
            .contentType("text/plain")
            .expiry(lives);
    byte[] correlationData = command.correlationData();
    if (correlationData != null) {
      answer.correlationData(correlationData);
    }
    return answer.build();
  }
}
