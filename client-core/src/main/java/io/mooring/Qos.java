package io.mooring;

/** Quality of Service of a PUBLISH or of a subscription (MQTT 5, section 4.3). */
public enum Qos {
  /** QoS 0: sent once, never acknowledged, may be lost. */
  AT_MOST_ONCE(0),
  /** QoS 1: acknowledged by PUBACK, may arrive more than once. */
  AT_LEAST_ONCE(1),
  /** QoS 2: acknowledged in two steps, arrives once. */
  EXACTLY_ONCE(2);

  private static final Qos[] BY_CODE = values();

  private final int code;

  Qos(int code) {
    this.code = code;
  }

  /** The number on the wire: 0, 1 or 2. */
  public int code() {
    return code;
  }

  /**
   * The level with this number.
   *
   * @throws IllegalArgumentException if {@code code} is not 0, 1 or 2
   */
  public static Qos of(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("QoS is 0, 1 or 2; got " + code);
    }
    return BY_CODE[code];
  }
}
