package io.mooring.examples.esp32bridge.link;

/** What a line tells the bridge. */
public sealed interface LineEvent {
  /**
   * A HELLO was refused.
   *
   * @param device the id that it named; empty if it could not be read
   */
  record Refused(String device, Refusal why) implements LineEvent {}

  /**
   * A device has proven itself, fresh.
   *
   * @param device its id
   * @param session told apart from every other of this line
   * @param stream the stream of its messages
   * @param firmware its text, for people
   * @param largestPayload the largest payload of a frame that it takes
   */
  record Live(String device, long session, long stream, String firmware, int largestPayload)
      implements LineEvent {}

  /** A session is over. */
  record Ended(String device, long session, Farewell why) implements LineEvent {}

  /** A message from a live session; it takes room until {@link LineMachine#processed}. */
  record Published(String device, long session, LineMessage message) implements LineEvent {}

  /** What the device did with a message to it; number 0 is a QoS 0 message. */
  record Settled(String device, long session, long number, Result result) implements LineEvent {}
}
