package io.mooring.examples.esp32bridge.serial;

import io.mooring.examples.esp32bridge.link.Farewell;
import io.mooring.examples.esp32bridge.link.LineMessage;
import io.mooring.examples.esp32bridge.link.LinkReport;
import io.mooring.examples.esp32bridge.link.Result;

/** An open line, as the bridge uses it. Any thread; no call waits for the line. */
public interface Line {
  /** The port's name. */
  String name();

  /** See {@link io.mooring.examples.esp32bridge.link.LineMachine#processed}. */
  void processed(long session);

  /** See {@link io.mooring.examples.esp32bridge.link.LineMachine#result}. */
  void result(long session, long number, Result result);

  /** See {@link io.mooring.examples.esp32bridge.link.LineMachine#send}. */
  boolean send(long session, LineMessage message);

  /** See {@link io.mooring.examples.esp32bridge.link.LineMachine#status}. */
  void status(long session, byte[] status);

  /** See {@link io.mooring.examples.esp32bridge.link.LineMachine#end}. */
  void end(long session, Farewell why);

  /** How it does. */
  LinkReport report();
}
