package io.mooring.it;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.error.MooringException;
import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A signer of one's own, as docs/TOKENS.md shows it, signs in at a broker. */
@Timeout(60)
class RemoteSignerExampleTest {
  @TempDir Path folder;

  @Test
  void remoteSigner_signsIn_andItsAbsenceIsWorthARetry() throws Exception {
    TestIdentity ca = TestCertificates.ca("Device CA").create();
    TestIdentity leaf = ca.client("meter-0042");
    Path socket = folder.resolve("signer");
    try (ServerSocketChannel signer = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        MosquittoProcess broker =
            MosquittoProcess.builder()
                .requireClientCertificate(ca.root())
                .certificateIsUser()
                .start();
        SecureMqttClient device =
            Devices.at(broker.port(), broker.identity())
                .identity(new RemoteSignerExample(socket, leaf.chain()))
                .build()) {
      MooringException away = assertThrows(MooringException.class, device::connect);
      assertTrue(away.retryable(), away::toString);

      signer.bind(UnixDomainSocketAddress.of(socket));
      Thread service = new Thread(() -> serve(signer, leaf.privateKey()), "signer");
      service.setDaemon(true);
      service.start();
      device.connect();
      device.publishAndWait(Message.of("a/b", "signed elsewhere"), Duration.ofSeconds(10));
    }
  }

  /** The other process: it alone holds the key. */
  private static void serve(ServerSocketChannel signer, PrivateKey key) {
    try (SocketChannel channel = signer.accept()) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
      in.readUnsignedShort();
      byte[] message = in.readNBytes(in.readInt());
      Signature engine = Signature.getInstance("SHA256withECDSA");
      engine.initSign(key);
      engine.update(message);
      byte[] signature = engine.sign();
      DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
      out.writeInt(signature.length);
      out.write(signature);
      out.flush();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
