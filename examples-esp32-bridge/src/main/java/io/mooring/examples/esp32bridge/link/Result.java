package io.mooring.examples.esp32bridge.link;

/** What RESULT says about a message; the number is its code on the line. */
public enum Result {
  /** On disk (up), done (down). */
  ACCEPTED(0, "accepted"),
  /** The device's allow-list does not name it. */
  TOPIC_NOT_ALLOWED(1, "topic not allowed for this device"),
  /** Larger than the receiver takes. */
  TOO_LARGE(2, "too large"),
  /** Topic or correlation break the page. */
  MALFORMED(3, "malformed topic or correlation"),
  /** The rule allows QoS 0 only. */
  QOS_NOT_ALLOWED(4, "QoS not allowed"),
  /** The rule does not allow retained messages. */
  RETAIN_NOT_ALLOWED(5, "retain not allowed"),
  /** The outbox refused it. */
  FULL(6, "refused by the outbox's policy"),
  /** The device does not know the command. */
  NOT_UNDERSTOOD(7, "command not understood"),
  /** The device tried and could not. */
  FAILED(8, "command failed"),
  /** Settled in an earlier session. */
  REFUSED_EARLIER(9, "refused earlier"),
  /** It waited too long. */
  EXPIRED(10, "expired before it was sent");

  private final int code;
  private final String words;

  Result(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** What people read. */
  public String words() {
    return words;
  }

  /** The number on the line. */
  public int code() {
    return code;
  }

  /** The result of a number on the line; what this version does not know failed. */
  public static Result of(int code) {
    for (Result result : values()) {
      if (result.code == code) {
        return result;
      }
    }
    return FAILED;
  }
}
