package io.mooring.tls;

/** Channel binding types that tie an authentication to its TLS connection (RFC 5929, RFC 9266). */
public enum ChannelBinding {
  /**
   * Keying material exported from the connection (RFC 9266). Broker must not sit behind a TLS
   * proxy.
   */
  TLS_EXPORTER("tls-exporter"),
  /** Hash of the broker's certificate (RFC 5929, section 4). */
  TLS_SERVER_END_POINT("tls-server-end-point");

  private final String registeredName;

  ChannelBinding(String registeredName) {
    this.registeredName = registeredName;
  }

  /** The name in the IANA registry, as it stands in a gs2-header. */
  public String registeredName() {
    return registeredName;
  }
}
