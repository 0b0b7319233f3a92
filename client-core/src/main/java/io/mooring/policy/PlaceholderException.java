package io.mooring.policy;

/**
 * A client identifier or user name cannot stand in a topic policy: there is none, or it holds a
 * character that would make the policy mean other topics.
 */
public final class PlaceholderException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String placeholder;

  PlaceholderException(String message, String placeholder) {
    super(message);
    this.placeholder = placeholder;
  }

  /** The placeholder as the policy has it: <code>{clientId}</code> or <code>{userName}</code>. */
  public String placeholder() {
    return placeholder;
  }
}
