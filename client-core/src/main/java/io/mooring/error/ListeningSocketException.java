package io.mooring.error;

import io.mooring.audit.ListeningSocket;
import java.util.List;

/**
 * This process listens on a socket, or nobody can say whether it does, and the client was told to
 * connect only if it does not. Nothing was sent.
 */
public final class ListeningSocketException extends MooringException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings(
      "serial") // a list of records of serializable parts is not worth a form of its own
  private final transient List<ListeningSocket> sockets;

  /** Makes the error; {@code sockets} is empty if the audit was not available. */
  public ListeningSocketException(String message, List<ListeningSocket> sockets) {
    super(
        sockets.isEmpty() ? ErrorCode.AUDIT_UNAVAILABLE : ErrorCode.LISTENING_SOCKET,
        message,
        null);
    this.sockets = List.copyOf(sockets);
  }

  /** The sockets that listen; empty if the audit was not available. */
  public List<ListeningSocket> sockets() {
    return sockets;
  }

  /** False: somebody has to find out who listens, and why. */
  @Override
  public boolean retryable() {
    return false;
  }
}
