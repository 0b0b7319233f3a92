package io.mooring.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.tls.ByteQueue;
import org.bouncycastle.tls.ByteQueueOutputStream;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsProtocol;
import org.junit.jupiter.api.Test;

/**
 * What the machine takes for granted of bctls beyond its contract: an upgrade that changes it fails
 * here.
 */
class BouncyCastleGuardTest {
  private static final TestIdentity CA = TestCertificates.ca("Test CA").create();
  private static final TlsPolicy POLICY = TlsPolicy.trusting(List.of(CA.certificate()));

  @Test
  void bctls_protectedMembersThatTheMachineLeansOn_exist() throws Exception {
    var processRecord =
        TlsProtocol.class.getDeclaredMethod(
            "processRecord", short.class, byte[].class, int.class, int.class);
    assertTrue(Modifier.isProtected(processRecord.getModifiers()));
    assertFalse(Modifier.isFinal(processRecord.getModifiers()));
    var handleHandshakeMessage =
        TlsClientProtocol.class.getDeclaredMethod(
            "handleHandshakeMessage", short.class, HandshakeMessageInput.class);
    assertTrue(Modifier.isProtected(handleHandshakeMessage.getModifiers()));
    var outputBuffer = TlsProtocol.class.getDeclaredField("outputBuffer");
    assertTrue(Modifier.isProtected(outputBuffer.getModifiers()));
    assertEquals(ByteQueueOutputStream.class, outputBuffer.getType());
    assertNotNull(ByteQueue.class.getMethod("shrink"));
  }

  @Test
  void bctls_applicationData_reachesTheSinkInTheArrayItWasOpenedInto() throws Exception {
    TlsPair pair = TlsPair.of(POLICY, EngineServer.of(CA.server("localhost"))).handshake();
    pair.server.write(new byte[] {1, 2, 3});
    byte[] records = pair.server.takeOutput();
    byte[][] seen = new byte[1][];
    int[] range = new int[2];
    pair.client.offer(
        ByteBuffer.wrap(records),
        (buffer, offset, length) -> {
          seen[0] = buffer;
          range[0] = offset;
          range[1] = offset + length;
        });
    assertSame(RecordBuffers.opened(3), seen[0], "no copy");
    assertArrayEquals(new byte[] {1, 2, 3}, Arrays.copyOfRange(seen[0], range[0], range[1]));
  }

  @Test
  void bouncyCastle_isNeverRegisteredAsAProvider() {
    TlsPair.of(POLICY, EngineServer.of(CA.server("localhost"))).handshake();
    assertEquals(null, Security.getProvider("BC"));
    assertEquals(null, Security.getProvider("BCJSSE"));
  }
}
