package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.error.ErrorCode;
import io.mooring.error.NetworkException;
import io.mooring.error.TimeoutException;
import io.mooring.error.TlsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Reads the certificates that a server presents, and refuses every one of them: the handshake ends
 * before it could carry data, so that this code cannot be used to connect without verification.
 */
final class PresentedChain {
  private PresentedChain() {}

  /**
   * The chain as presented, leaf first.
   *
   * @throws NetworkException if nobody answers, or not in time
   * @throws TlsException if what answers does not speak TLS 1.2 or 1.3
   */
  static List<X509Certificate> fetch(Endpoint server, Duration patience) {
    Recorder recorder = new Recorder();
    try (Socket tcp = new Socket()) {
      FutureTask<List<X509Certificate>> conversation =
          new FutureTask<>(() -> converse(tcp, server, recorder));
      Thread thread = new Thread(conversation, "mooring-pin");
      thread.setDaemon(true);
      thread.start();
      return conversation.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failure(server, e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException(
          ErrorCode.HANDSHAKE_TIMED_OUT,
          server
              + " presented no certificate within "
              + patience.toMillis()
              + " ms. Check the port, or raise --timeout.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException(
          ErrorCode.INTERRUPTED, "Interrupted while waiting for " + server + ".", e);
    } catch (IOException e) {
      throw failure(server, e);
    }
  }

  private static List<X509Certificate> converse(Socket tcp, Endpoint server, Recorder recorder)
      throws IOException {
    tcp.connect(new InetSocketAddress(server.host(), server.port()));
    try (SSLSocket tls =
        (SSLSocket)
            context(recorder)
                .getSocketFactory()
                .createSocket(tcp, server.host(), server.port(), true)) {
      tls.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      tls.startHandshake();
      throw new TlsException(
          ErrorCode.TLS, server + " presented no certificate in TLS. Check the port.", null);
    } catch (SSLException e) {
      List<X509Certificate> seen = recorder.seen;
      if (seen != null) {
        return seen;
      }
      throw e;
    }
  }

  private static RuntimeException failure(Endpoint server, @Nullable Throwable cause) {
    if (cause instanceof TlsException known) {
      return known;
    }
    if (cause instanceof SSLException) {
      return new TlsException(
          ErrorCode.NOT_TLS,
          server
              + " does not speak TLS 1.2 or 1.3: "
              + cause.getMessage()
              + ". Check that the port is the TLS listener.",
          cause);
    }
    return new NetworkException(
        ErrorCode.NETWORK,
        server + " cannot be reached: " + cause + ". Check name, port and network.",
        cause);
  }

  private static SSLContext context(Recorder recorder) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {recorder}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /** Notes the chain and trusts nobody. */
  private static final class Recorder extends X509ExtendedTrustManager {
    private volatile @Nullable List<X509Certificate> seen;

    private void refuse(X509Certificate[] chain) throws CertificateException {
      seen = List.of(chain);
      throw new CertificateException("recorded, not trusted");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      refuse(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
        throws CertificateException {
      refuse(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException {
      refuse(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      refuse(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
        throws CertificateException {
      refuse(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
        throws CertificateException {
      refuse(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
