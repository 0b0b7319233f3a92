package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import io.mooring.ReasonCode;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.internal.net.TlsStream;
import io.mooring.internal.tls.TlsMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the broker lets in without TLS or a credential. Asks the host that was named and nobody
 * else.
 */
final class PostureStep {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Findings findings;
  private final Endpoint broker;
  private final Deadline deadline;
  private final @Nullable HttpProxy proxy;

  PostureStep(Findings findings, Endpoint broker, @Nullable HttpProxy proxy, Deadline deadline) {
    this.proxy = proxy;
    this.findings = findings;
    this.broker = broker;
    this.deadline = deadline;
  }

  /** Does the host take MQTT in the clear? */
  void plaintext(int port) {
    if (port == broker.port()) {
      return;
    }
    if (proxy != null) {
      findings.saw("port " + port + " was not looked at: it would take the way past the proxy");
      return;
    }
    try (Socket socket = new Socket()) {
      int patience = patience();
      socket.connect(new InetSocketAddress(broker.host(), port), patience);
      socket.setSoTimeout(patience);
      int reason = BareLogin.at(pipe(socket));
      if (reason >= 0) {
        findings.warn(
            ErrorCode.PLAINTEXT_PORT_OPEN,
            broker.host()
                + " port "
                + port
                + " answers MQTT in the clear: CONNACK "
                + named(reason)
                + ".");
        anonymous(reason, "in the clear, on port " + port);
      } else {
        findings.saw("port " + port + " is open and speaks no MQTT");
      }
    } catch (IOException e) {
      findings.saw("port " + port + " takes no MQTT in the clear");
    }
  }

  /** Does the TLS listener take somebody without certificate, user or method? */
  void anonymous(ClientMaterial material, Clock clock) {
    TlsMachine machine =
        new TlsMachine(material.tls(), broker.host(), broker.port(), null, null, clock);
    try (TlsStream stream =
        TlsStream.open(
            broker.host(),
            broker.port(),
            proxy,
            machine,
            System.nanoTime() + Duration.ofMillis(patience()).toNanos())) {
      anonymous(BareLogin.at(pipe(stream)), "over TLS");
    } catch (MooringException | IOException e) {
      findings.saw("nobody gets in without a credential over TLS");
    }
  }

  private void anonymous(int reason, String where) {
    if (reason == ReasonCode.SUCCESS.code()) {
      findings.warn(
          ErrorCode.ANONYMOUS_ALLOWED,
          "A CONNECT without certificate, user and method was accepted " + where + ".");
    } else {
      findings.saw(
          "no credential " + where + ": refused" + (reason < 0 ? "" : ", " + named(reason)));
    }
  }

  private int patience() {
    return (int) Math.max(1, Math.min(PATIENCE.toMillis(), deadline.left().toMillis()));
  }

  private static String named(int code) {
    @Nullable ReasonCode reason = ReasonCode.of(code);
    return reason == null ? String.valueOf(code) : reason.toString();
  }

  private static BareLogin.Pipe pipe(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    return new BareLogin.Pipe() {
      @Override
      public void write(byte[] bytes) throws IOException {
        out.write(bytes);
      }

      @Override
      public int read() throws IOException {
        return in.read();
      }
    };
  }

  private static BareLogin.Pipe pipe(TlsStream stream) {
    return new BareLogin.Pipe() {
      @Override
      public void write(byte[] bytes) {
        stream.write(bytes);
      }

      @Override
      public int read() {
        return stream.read();
      }
    };
  }
}
