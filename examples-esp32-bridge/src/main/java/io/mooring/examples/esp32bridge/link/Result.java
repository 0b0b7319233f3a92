package io.mooring.examples.esp32bridge.link;

/** What RESULT says about a message; the number is its code on the line. */
public enum Result {
  /** On disk (up), done (down). */
  ACCEPTED("accepted"),
  /** The device's allow-list does not name it. */
  TOPIC_NOT_ALLOWED("topic not allowed for this device"),
  /** Larger than the receiver takes. */
  TOO_LARGE("too large"),
  /** Topic or correlation break the page. */
  MALFORMED("malformed topic or correlation"),
  /** The rule allows QoS 0 only. */
  QOS_NOT_ALLOWED("QoS not allowed"),
  /** The rule does not allow retained messages. */
  RETAIN_NOT_ALLOWED("retain not allowed"),
  /** The outbox refused it. */
  FULL("refused by the outbox's policy"),
  /** The device does not know the command. */
  NOT_UNDERSTOOD("command not understood"),
  /** The device tried and could not. */
  FAILED("command failed"),
  /** Settled in an earlier session. */
  REFUSED_EARLIER("refused earlier"),
  /** It waited too long. */
  EXPIRED("expired before it was sent");

  private final String words;

  Result(String words) {
    this.words = words;
  }

  /** What people read. */
  public String words() {
    return words;
  }

  /** The number on the line. */
  public int code() {
    return ordinal();
  }

  /** The result of a number on the line; what this version does not know failed. */
  public static Result of(int code) {
    return code < values().length ? values()[code] : FAILED;
  }
}
