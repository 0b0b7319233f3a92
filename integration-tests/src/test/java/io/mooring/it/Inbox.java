package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.mooring.MessageHandler;
import io.mooring.ReceivedMessage;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Collects what a subscription brings. */
final class Inbox implements MessageHandler {
  private final BlockingQueue<ReceivedMessage> messages = new LinkedBlockingQueue<>();

  @Override
  public void onMessage(ReceivedMessage message) {
    messages.add(message);
  }

  /** The next message, waited for up to 10 s. */
  ReceivedMessage next() throws InterruptedException {
    ReceivedMessage message = messages.poll(10, TimeUnit.SECONDS);
    assertNotNull(message, "no message within 10 s");
    return message;
  }

  /** How many are left. */
  int size() {
    return messages.size();
  }
}
