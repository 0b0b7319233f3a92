package io.mooring.cli;

import io.mooring.ReceivedMessage;
import java.io.PrintStream;

/** The values of {@code --format}: how {@code sub} writes a message. */
enum MessageFormat {
  /** The payload as it came, and a line end. */
  text {
    @Override
    void write(ReceivedMessage received, PrintStream out) {
      byte[] payload = received.payload();
      out.write(payload, 0, payload.length);
      out.write('\n');
    }
  },
  /** One JSON object a line. */
  json {
    @Override
    void write(ReceivedMessage received, PrintStream out) {
      out.print(JsonMessage.of(received) + "\n");
    }
  };

  abstract void write(ReceivedMessage received, PrintStream out);
}
