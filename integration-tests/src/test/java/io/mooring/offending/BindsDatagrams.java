package io.mooring.offending;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;

/** Breaks a rule of io.mooring.architecture on purpose. */
public final class BindsDatagrams {
  void bind(DatagramChannel channel) throws IOException {
    channel.bind(new InetSocketAddress(0));
  }
}
