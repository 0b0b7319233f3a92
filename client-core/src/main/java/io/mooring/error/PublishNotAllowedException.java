package io.mooring.error;

import java.util.List;

/**
 * This device's own topic policy does not allow a message: its topic, its response topic or the
 * Will's. Nothing was sent or queued. The broker's refusal is a {@link PublishRefusedException}.
 */
public final class PublishNotAllowedException extends PublishException {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final List<String> allowed;

  /** Makes the error; {@code allowed} are the filters of which one would have to match. */
  public PublishNotAllowedException(String message, String topic, List<String> allowed) {
    super(ErrorCode.PUBLISH_NOT_ALLOWED, message, null);
    this.topic = topic;
    this.allowed = List.copyOf(allowed);
  }

  /** The topic that is not allowed. */
  public String topic() {
    return topic;
  }

  /** The policy's filters of which one would have to match, placeholders filled in. */
  public List<String> allowed() {
    return allowed;
  }
}
