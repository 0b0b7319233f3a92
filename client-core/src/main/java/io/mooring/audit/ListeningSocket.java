package io.mooring.audit;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * A socket of this process that others can reach without having been called, with the inode by
 * which the operating system knows it ({@code ls -l /proc/PID/fd}).
 */
public sealed interface ListeningSocket {
  /** The inode of the socket. */
  long inode();

  /** What kind of socket, and where: {@code TCP 0.0.0.0:8080}. */
  String describe();

  /** A transport by which the network reaches a socket. */
  enum Transport {
    /** A TCP socket that accepts connections. */
    TCP("TCP"),
    /** A UDP socket that is bound and has no peer: anyone's datagrams reach it. */
    UDP("UDP"),
    /** The same of UDP-Lite (RFC 3828). */
    UDP_LITE("UDP-Lite"),
    /** A raw socket without a peer; the port stands for the IP protocol number. */
    RAW("raw IP");

    private final String label;

    Transport(String label) {
      this.label = label;
    }
  }

  /**
   * A socket that the network reaches.
   *
   * @param transport the transport
   * @param address the local address; {@code 0.0.0.0} and {@code ::} are all of this machine's
   * @param port the local port, 0 to 65,535
   * @param inode the inode
   */
  record Network(Transport transport, InetAddress address, int port, long inode)
      implements ListeningSocket {
    @Override
    public String describe() {
      String host = address.getHostAddress();
      return transport.label
          + " "
          + (address instanceof Inet6Address ? "[" + host + "]" : host)
          + ":"
          + port;
    }

    /** {@link #describe} and the inode. */
    @Override
    public String toString() {
      return describe() + " (inode " + inode + ")";
    }
  }

  /**
   * A Unix domain socket, which processes of this machine reach and the network does not: one that
   * accepts connections, or one for datagrams that has a name and no peer.
   *
   * @param name its path; an abstract name begins with {@code @}; empty if it has none
   * @param inode the inode
   */
  record Unix(String name, long inode) implements ListeningSocket {
    @Override
    public String describe() {
      return "Unix " + (name.isEmpty() ? "(no name)" : name);
    }

    /** {@link #describe} and the inode. */
    @Override
    public String toString() {
      return describe() + " (inode " + inode + ")";
    }
  }
}
