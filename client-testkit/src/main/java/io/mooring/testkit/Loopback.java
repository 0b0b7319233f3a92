package io.mooring.testkit;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The loopback addresses, without asking a resolver. */
final class Loopback {
  private Loopback() {}

  /** 127.0.0.1. */
  static InetAddress ipv4() {
    return of(new byte[] {127, 0, 0, 1});
  }

  /** ::1. */
  static InetAddress ipv6() {
    byte[] address = new byte[16];
    address[15] = 1;
    return of(address);
  }

  private static InetAddress of(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An address of 4 or 16 bytes is an address", e);
    }
  }
}
