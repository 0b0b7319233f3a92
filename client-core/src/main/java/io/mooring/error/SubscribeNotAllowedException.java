package io.mooring.error;

import java.util.List;

/**
 * This device's own topic policy does not allow a subscription, or there is no policy and the
 * filter takes in everything. Nothing was sent. The broker's refusal is a {@link
 * SubscribeRefusedException}.
 */
public final class SubscribeNotAllowedException extends SubscribeException {
  private static final long serialVersionUID = 1L;

  private final String filter;
  private final List<String> allowed;

  /** Makes the error; {@code allowed} are the filters that together would have to cover it. */
  public SubscribeNotAllowedException(String message, String filter, List<String> allowed) {
    this(ErrorCode.SUBSCRIBE_NOT_ALLOWED, message, filter, allowed);
  }

  /** Makes the error of that code. */
  public SubscribeNotAllowedException(
      ErrorCode code, String message, String filter, List<String> allowed) {
    super(code, message, null);
    this.filter = filter;
    this.allowed = List.copyOf(allowed);
  }

  /** The Topic Filter that is not allowed. */
  public String filter() {
    return filter;
  }

  /** The policy's filters, placeholders filled in; empty if there is no policy. */
  public List<String> allowed() {
    return allowed;
  }
}
