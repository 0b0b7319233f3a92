package io.mooring.bench.run;

import io.mooring.testkit.TestIdentity;
import io.mooring.testkit.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A server with next to no work of its own, so that a client that receives is the slower side: no
 * broker fills a fast client. It speaks as much MQTT 5 as the measurement takes, keeps to the
 * client's Receive Maximum, and counts acknowledgements.
 */
final class Feeder implements AutoCloseable {
  private final SSLServerSocket listener;

  Feeder(TestIdentity identity, X509Certificate clientRoot) throws IOException {
    listener =
        (SSLServerSocket)
            TestTls.server(identity, List.of(clientRoot))
                .getServerSocketFactory()
                .createServerSocket(0, 0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    listener.setNeedClientAuth(true);
    listener.setEnabledProtocols(new String[] {"TLSv1.3"});
    listener.setEnabledCipherSuites(new String[] {Brokers.CIPHER});
    Thread acceptor = new Thread(this::accept, "feeder");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        SSLSocket socket = (SSLSocket) listener.accept();
        socket.setTcpNoDelay(true);
        Thread server = new Thread(() -> serve(socket), "feeder-connection");
        server.setDaemon(true);
        server.start();
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        System.err.println("The feeder stopped: " + e);
      }
    }
  }

  private static void serve(SSLSocket socket) {
    try (socket) {
      new FeederConnection(socket.getInputStream(), socket.getOutputStream()).run();
    } catch (IOException e) {
      // The client left without DISCONNECT, as some do.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
