package io.mooring.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.SecureMqttClient;
import io.mooring.error.NetworkException;
import io.mooring.internal.net.EventLoop;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the worker makes of a handshake leaves at once, so that the broker can go on with it. */
@Timeout(60)
class PromptHandshakeTest {
  private static final int PATIENCE_SECONDS = 10;

  private final CountDownLatch certificateCame = new CountDownLatch(1);
  private final CountDownLatch handshakeEnded = new CountDownLatch(1);
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  @Test
  void certificateLeavesBeforeTheKeySigns_andFinishedWithoutTheLoop() throws Exception {
    TestIdentity authority = TestCertificates.ca("Test CA").create();
    TestIdentity broker = authority.server("localhost");
    EventLoop loop = EventLoop.acquire();
    try (SSLServerSocket listener =
            (SSLServerSocket)
                context(broker)
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        SecureMqttClient client =
            Devices.at(listener.getLocalPort(), broker)
                .identity(new SlowKey(authority.client("meter-0042"), () -> beforeSigning(loop)))
                .build()) {
      listener.setNeedClientAuth(true);
      Thread serving = new Thread(() -> serve(listener), "broker");
      serving.start();
      assertThrows(NetworkException.class, client::connect); // it hangs up behind the handshake
      serving.join();
      assertEquals(
          List.of("certificate before the signature", "Finished past the loop"), List.copyOf(seen));
    } finally {
      loop.release();
    }
  }

  private void serve(SSLServerSocket listener) {
    try (SSLSocket socket = (SSLSocket) listener.accept()) {
      socket.startHandshake();
      handshakeEnded.countDown();
    } catch (java.io.IOException e) {
      seen.add(e.toString());
    }
  }

  private SSLContext context(TestIdentity broker) throws GeneralSecurityException {
    char[] password = "in-memory".toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(broker.keyStore(password), password);
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager[] managers = keys.getKeyManagers();
    context.init(managers, new TrustManager[] {new Watcher()}, null);
    return context;
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE_SECONDS, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The broker's look at a device's certificate. */
  private final class Watcher implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      certificateCame.countDown();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      throw new IllegalStateException("a broker checks no broker");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Waits for the certificate to be there, and holds up the loop until the handshake is over. */
  private void beforeSigning(EventLoop loop) {
    seen.add(await(certificateCame) ? "certificate before the signature" : "no certificate");
    CountDownLatch held = new CountDownLatch(1);
    loop.execute(
        () -> {
          held.countDown();
          seen.add(await(handshakeEnded) ? "Finished past the loop" : "no Finished");
        });
    await(held);
  }
}
