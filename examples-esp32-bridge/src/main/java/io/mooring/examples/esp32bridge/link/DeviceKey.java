package io.mooring.examples.esp32bridge.link;

/**
 * The handle of a device's key: it derives the keys of frames and never gives out its own bytes.
 */
public interface DeviceKey {
  /** Khello of a device id. */
  FrameKey helloKey(String id);

  /** Kup and Kdown of a session, in this order. */
  SessionKeys sessionKeys(byte[] salt);

  /** The two keys of a session. */
  final class SessionKeys {
    private final FrameKey up;
    private final FrameKey down;

    /** Frames of the device are tagged with {@code up}, those of the bridge with {@code down}. */
    SessionKeys(FrameKey up, FrameKey down) {
      this.up = up;
      this.down = down;
    }

    FrameKey up() {
      return up;
    }

    FrameKey down() {
      return down;
    }
  }
}
