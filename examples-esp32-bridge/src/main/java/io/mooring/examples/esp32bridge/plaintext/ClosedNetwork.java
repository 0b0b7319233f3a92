package io.mooring.examples.esp32bridge.plaintext;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * What counts as a closed network: loopback, and the addresses that no router of the internet
 * passes on.
 */
final class ClosedNetwork {
  private static final int UNIQUE_LOCAL_MASK = 0xFE;
  private static final int UNIQUE_LOCAL = 0xFC;

  private ClosedNetwork() {}

  /**
   * Resolves a name once; the connection goes to the address that was checked, so that no other
   * answer of the DNS can come in between.
   *
   * @throws UnknownHostException if it does not resolve
   * @throws NotClosedException if one of its addresses is public
   */
  static InetAddress resolve(String host) throws UnknownHostException, NotClosedException {
    InetAddress[] addresses = InetAddress.getAllByName(host);
    for (InetAddress address : addresses) {
      if (!isClosed(address)) {
        throw new NotClosedException(
            "Plaintext refused: "
                + host
                + " is "
                + address.getHostAddress()
                + ", which is neither loopback nor private. Use mqtts://, or the broker's private"
                + " address.");
      }
    }
    return addresses[0];
  }

  /** RFC 1918, RFC 3927, RFC 4193, RFC 4291 (link-local), loopback. */
  static boolean isClosed(InetAddress address) {
    boolean uniqueLocal =
        address instanceof Inet6Address
            && (address.getAddress()[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL;
    return address.isLoopbackAddress()
        || (address.isSiteLocalAddress() && !(address instanceof Inet6Address))
        || address.isLinkLocalAddress()
        || uniqueLocal;
  }

  /** The address is not of a closed network. */
  static final class NotClosedException extends Exception {
    private static final long serialVersionUID = 1;

    NotClosedException(String message) {
      super(message);
    }
  }
}
