package io.mooring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.testkit.TestCertificates;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Will is in CONNECT: what stands before a stranger reads it is TLS, and SCRAM is not. */
class WillBeforeProofTest {
  private static final X509Certificate CA = TestCertificates.ca("Test CA").create().certificate();
  private static final X509Certificate SPARE = TestCertificates.ca("Spare").create().certificate();
  private static final Will WILL = Will.of(Message.to("gone").payload("x").build());

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Logger log = Logger.getLogger("io.mooring.tls");
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getLevel() == Level.WARNING) {
            warnings.add(line.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    log.addHandler(handler);
  }

  @AfterEach
  void stop() {
    log.removeHandler(handler);
  }

  @Test
  void build_willForWhomeverAPublicAuthorityVouchesFor_warnsOnce() {
    build(TlsPolicy.systemRoots(), true, WILL);
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.get(0).contains("Will"), warnings::toString);
    assertTrue(warnings.get(0).contains("pinned"), warnings::toString);
  }

  @Test
  void build_withPinsOrOwnAuthorityOrWithoutAWillOrMutualMethod_isSilent() {
    PinSet pins = PinSet.of(SpkiPin.of(CA), SpkiPin.of(SPARE));
    build(TlsPolicy.systemRoots().pinned(pins), true, WILL);
    build(TlsPolicy.trusting(List.of(CA)), true, WILL);
    build(TlsPolicy.systemRoots(), true, null);
    build(TlsPolicy.systemRoots(), false, WILL);
    assertEquals(List.of(), warnings);
  }

  private static void build(TlsPolicy policy, boolean mutual, @Nullable Will will) {
    ClientBuilder builder =
        SecureMqttClient.builder()
            .broker("mqtts://broker.example")
            .tls(policy)
            .authenticate(new Method(mutual));
    if (will != null) {
      builder.will(will);
    }
    builder.build().close();
  }

  /** A method that never comes to run. */
  private record Method(boolean mutual) implements EnhancedAuthenticator {
    @Override
    public String method() {
      return "TEST";
    }

    @Override
    public @Nullable String userName() {
      return null;
    }

    @Override
    public @Nullable ChannelBinding channelBinding() {
      return null;
    }

    @Override
    public AuthenticationExchange begin(AuthenticationContext context) {
      throw new IllegalStateException("nothing is connected here");
    }
  }
}
