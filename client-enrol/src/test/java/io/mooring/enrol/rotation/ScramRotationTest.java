package io.mooring.enrol.rotation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys that their owner destroys as soon as he has handed them over. */
@Timeout(120)
class ScramRotationTest {
  @TempDir private Path folder;

  private final Secret password = Secret.of(Canaries.STOREPASS.toCharArray());

  @Test
  void keysThatAreDestroyedAfterTheCall_areTried_sinceTheyWereCopied() throws Exception {
    Path file = folder.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, password)) {
      keystore.putScram(new Keys(1)).save();
    }
    try (ScriptedBroker broker =
            ScriptedBroker.builder()
                .onEveryConnection(
                    wire -> {
                      wire.expectConnect();
                      wire.awaitCue("destroyed");
                      wire.connack();
                      wire.serve();
                    })
                .start();
        ScramRotation scram = ScramRotation.in(file, password, keys -> new NoLogin());
        SecureMqttClient device = device(broker)) {
      scram.start(device);
      device.start();
      Keys next = new Keys(2);
      CompletionStage<Void> tried = scram.rotate(next);
      next.destroy();
      broker.cue("destroyed");
      // The device of this test has no login that could be replaced.
      assertThrows(
          ExecutionException.class, () -> tried.toCompletableFuture().get(60, TimeUnit.SECONDS));
      try (Pkcs12Identity keystore = Pkcs12Identity.open(file, password)) {
        assertTrue(keystore.hasPendingScram());
        assertArrayEquals(new Keys(2).clientKey(), keystore.pendingScram().clientKey());
        assertArrayEquals(new Keys(2).serverKey(), keystore.pendingScram().serverKey());
      }
    }
  }

  @Test
  void copy_isWipedByItself_andWithoutAWordOfTheKeys() {
    Keys keys = new Keys(3);
    ScramKeysCopy copy = ScramKeysCopy.of(keys);
    keys.destroy();
    assertArrayEquals(new Keys(3).clientKey(), copy.clientKey());
    assertEquals("ScramKeysCopy[SCRAM-SHA-256, keys redacted]", copy.toString());
    assertFalse(copy.isDestroyed());
    copy.destroy();
    assertTrue(copy.isDestroyed());
    assertThrows(IllegalStateException.class, copy::clientKey);
    assertThrows(IllegalStateException.class, copy::serverKey);
  }

  private static SecureMqttClient device(ScriptedBroker broker) {
    return SecureMqttClient.builder()
        .broker(broker.uri())
        .clientId("meter-0042")
        .reconnect(Reconnect.DEFAULT)
        .connectTimeout(Duration.ofSeconds(20))
        .tls(TlsPolicy.trusting(List.of(broker.identity().root())))
        .dangerous()
        .anonymous()
        .build();
  }

  /** Keys that can be wiped under the reader's hands. */
  private static final class Keys implements ScramKeys {
    private final byte[] clientKey = new byte[32];
    private final byte[] serverKey = new byte[32];

    Keys(int content) {
      Arrays.fill(clientKey, (byte) content);
      Arrays.fill(serverKey, (byte) (content + 100));
    }

    void destroy() {
      Arrays.fill(clientKey, (byte) 0);
      Arrays.fill(serverKey, (byte) 0);
    }

    @Override
    public String mechanism() {
      return "SCRAM-SHA-256";
    }

    @Override
    public String userName() {
      return "meter-0042";
    }

    @Override
    public byte[] salt() {
      return new byte[] {1, 2, 3, 4};
    }

    @Override
    public int iterations() {
      return 4096;
    }

    @Override
    public byte[] clientKey() {
      return clientKey.clone();
    }

    @Override
    public byte[] serverKey() {
      return serverKey.clone();
    }
  }

  /** Is never begun. */
  private static final class NoLogin implements EnhancedAuthenticator {
    @Override
    public String method() {
      return "SCRAM-SHA-256";
    }

    @Override
    public boolean mutual() {
      return true;
    }

    @Override
    public @Nullable String userName() {
      return "meter-0042";
    }

    @Override
    public @Nullable ChannelBinding channelBinding() {
      return null;
    }

    @Override
    public AuthenticationExchange begin(AuthenticationContext context) {
      throw new AssertionError("a login began");
    }
  }
}
