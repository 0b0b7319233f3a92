package io.mooring.examples.esp32bridge.link;

/** What a line has to know about devices. Any thread; never blocks. */
public interface DeviceDirectory {
  /** Looks a device up that turned up on {@code line}. */
  Answer find(String id, String line);

  /** The answer. */
  sealed interface Answer {
    /** Not here. */
    record No(Refusal why) implements Answer {}

    /**
     * A device of this bridge, if it can show its key.
     *
     * @param key of the device
     * @param downStream the stream of the messages to it
     * @param memory how far its own messages are settled
     */
    record Yes(DeviceKey key, long downStream, Memory memory) implements Answer {}
  }

  /**
   * How far the messages of a device are settled.
   *
   * @param stream which messages
   * @param last the number settled last
   */
  record Memory(long stream, long last) {
    /** The last settled number of a stream; 0 of one that is new. */
    long lastOf(long other) {
      return stream == other ? last : 0;
    }
  }
}
