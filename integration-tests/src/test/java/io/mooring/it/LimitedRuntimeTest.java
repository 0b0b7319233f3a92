package io.mooring.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.testkit.ScriptedBroker;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JMX and flight recording by choice: there where they are asked for, and not needed elsewhere. */
@Timeout(60)
class LimitedRuntimeTest {
  private static ScriptedBroker broker() throws Exception {
    return ScriptedBroker.builder()
        .onEveryConnection(
            wire -> {
              wire.expectConnect();
              wire.connack();
              wire.readUntilClosed();
            })
        .start();
  }

  @Test
  void runtimeWithoutJfrAndManagement_connects_andSaysThatJmxIsMissing(@TempDir Path folder)
      throws Exception {
    try (ScriptedBroker broker = broker()) {
      Path root = broker.identity().writeRoot(folder.resolve("ca.pem"));
      Process device =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--limit-modules",
                  "java.base,java.logging,jdk.crypto.ec",
                  "-cp",
                  System.getProperty("java.class.path"),
                  LimitedDevice.class.getName(),
                  Integer.toString(broker.port()),
                  root.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(device.getInputStream().readAllBytes(), UTF_8);
      assertTrue(device.waitFor(20, TimeUnit.SECONDS));
      assertEquals(0, device.exitValue(), said);
      assertTrue(said.contains("jdk.jfr false") && said.contains("java.management false"), said);
      assertTrue(said.contains("this runtime image has no java.management"), said);
      assertTrue(said.contains("Connected"), said);
    }
  }

  @Test
  void jmx_showsTheClientUntilItIsClosed_andOnlyIfAsked() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("io.mooring:type=Client,name=\"meter-0042\"");
    try (ScriptedBroker broker = broker()) {
      try (SecureMqttClient client = device(broker).build()) {
        client.connect();
        assertFalse(server.isRegistered(name));
      }
      try (SecureMqttClient client = device(broker).jmx().build()) {
        assertEquals("Disconnected", server.getAttribute(name, "State"));
        client.connect();
        assertEquals("Connected", server.getAttribute(name, "State"));
        await().until(() -> server.getAttribute(name, "AttemptsSucceeded").equals(1L));
        assertEquals(0L, server.getAttribute(name, "OutboundAccepted"));
        assertEquals("", server.getAttribute(name, "LastFailure"));
      }
      assertFalse(server.isRegistered(name));
    }
  }

  private static io.mooring.ClientBuilder device(ScriptedBroker broker) {
    return Devices.at(broker.port(), broker.identity())
        .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())));
  }
}
