package io.mooring.bench.feeder;

import io.mooring.bench.peer.JsseMaterial;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The main class of the feeder: {@code FOLDER CIPHER}, where FOLDER holds the broker's PEM files. A
 * server with next to no work of its own while a client is measured, so that the client is the
 * slower side: no broker fills a fast client. It speaks as much MQTT 5 as the measurement takes,
 * keeps to the client's Receive Maximum, and counts acknowledgements. Prints {@link #READY} and its
 * port, and ends with its standard input.
 */
public final class FeederProcess {
  /** What stands before the port. */
  public static final String READY = "READY ";

  private final SSLContext context;
  private final String cipher;
  private final Sealed.Pool pool = new Sealed.Pool();

  private FeederProcess(SSLContext context, String cipher) {
    this.context = context;
    this.cipher = cipher;
  }

  /** Serves until the input ends. */
  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    Path folder = Path.of(arguments[0]);
    JsseMaterial material =
        new JsseMaterial(
            folder.resolve("ca.pem"), folder.resolve("server.pem"), folder.resolve("server.key"));
    FeederProcess feeder = new FeederProcess(material.context(), arguments[1]);
    HeldServerSocket listener = new HeldServerSocket();
    Thread acceptor = new Thread(() -> feeder.accept(listener), "feeder");
    acceptor.setDaemon(true);
    acceptor.start();
    System.out.println(READY + listener.getLocalPort());
    while (System.in.read() >= 0) {
      // Nobody writes.
    }
  }

  private void accept(HeldServerSocket listener) {
    try {
      while (true) {
        HeldSocket held = listener.accept();
        Thread server = new Thread(() -> serve(held), "feeder-connection");
        server.setDaemon(true);
        server.start();
      }
    } catch (IOException e) {
      System.err.println("The feeder stopped: " + e);
    }
  }

  private void serve(HeldSocket held) {
    try (held) {
      held.setTcpNoDelay(true);
      SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(held, null, true);
      socket.setNeedClientAuth(true);
      socket.setEnabledProtocols(new String[] {"TLSv1.3"});
      socket.setEnabledCipherSuites(new String[] {cipher});
      socket.startHandshake();
      new FeederConnection(socket, held, pool).run();
    } catch (IOException e) {
      // The client left without DISCONNECT, as some do.
    }
  }
}
