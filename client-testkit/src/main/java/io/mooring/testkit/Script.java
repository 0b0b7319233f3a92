package io.mooring.testkit;

import java.io.IOException;

/**
 * What a {@link ScriptedBroker} does with one connection. When the script returns, the connection
 * is closed in good order; when it throws, the test fails at {@link ScriptedBroker#verify} or
 * {@link ScriptedBroker#close}.
 */
@FunctionalInterface
public interface Script {
  /** Runs the conversation. */
  void run(Wire wire) throws IOException, InterruptedException;

  /** Records all that the client sends, says nothing, and ends when the client leaves. */
  static Script record() {
    return Wire::readUntilClosed;
  }

  /** Accepts any CONNECT without authentication and then serves as a plain broker would. */
  static Script accepting() {
    return wire -> {
      wire.expectConnect();
      wire.connack();
      wire.serve();
    };
  }
}
