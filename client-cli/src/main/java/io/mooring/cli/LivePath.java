package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import io.mooring.SecureMqttClient;
import io.mooring.auth.AuthenticationContext;
import io.mooring.auth.AuthenticationExchange;
import io.mooring.auth.EnhancedAuthenticator;
import io.mooring.error.PinMismatchException;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a live broker's path, after path, dates and name held by the device's own policy.
 *
 * <p>They are learned by a handshake with pins that no key has: the library checks path and name
 * first, refuses at the pins, and says what it saw. So this shares every check with a connection,
 * sends nothing but the ClientHello, and shows no client certificate.
 *
 * @param broker whom they belong to
 * @param pins leaf first, the anchor last
 */
record LivePath(Endpoint broker, List<SpkiPin> pins) {
  private static final int SHA256_BYTES = 32;

  /**
   * Asks the broker.
   *
   * @throws io.mooring.error.MooringException if it cannot be reached, or its path or name does not
   *     hold
   */
  static LivePath of(Terminal terminal, ProbeOptions options, List<X509Certificate> authorities) {
    Endpoint broker = options.requireBroker();
    PinSet nobodys = PinSet.of(randomPin(), randomPin());
    Deque<Runnable> wipes = new ArrayDeque<>();
    ClientBuilder builder =
        SecureMqttClient.builder()
            .broker(broker)
            .tls(options.policy(authorities, nobodys))
            .authenticate(new NeverBegun())
            .connectTimeout(ClientMaterial.connectTimeout(options.timeout));
    try {
      HttpProxy proxy = options.proxy.open(terminal, wipes);
      if (proxy != null) {
        builder.proxy(proxy);
      }
      try (SecureMqttClient client = builder.build()) {
        client.connect();
        throw new IllegalStateException("a random pin matched " + broker);
      }
    } catch (PinMismatchException e) {
      return new LivePath(broker, e.presented());
    } finally {
      while (!wipes.isEmpty()) {
        wipes.pop().run();
      }
    }
  }

  /** Where a pin stands on the path: leaf, intermediate or anchor; empty if it does not. */
  Optional<String> place(SpkiPin pin) {
    int at = pins.indexOf(pin);
    if (at < 0) {
      return Optional.empty();
    }
    return Optional.of(place(at));
  }

  /** What the certificate at an index of the path is. */
  String place(int at) {
    return at == 0 ? "leaf" : at == pins.size() - 1 ? "anchor" : "intermediate";
  }

  /** The first key of the path that is among the pins, as a connection would match it. */
  Optional<SpkiPin> match(List<SpkiPin> wanted) {
    return pins.stream().filter(wanted::contains).findFirst();
  }

  private static SpkiPin randomPin() {
    byte[] digest = new byte[SHA256_BYTES];
    new SecureRandom().nextBytes(digest);
    return SpkiPin.parse("sha256/" + Base64.getEncoder().encodeToString(digest));
  }

  /** The handshake ends before anybody could be authenticated. */
  private static final class NeverBegun implements EnhancedAuthenticator {
    @Override
    public String method() {
      return "none";
    }

    @Override
    public boolean mutual() {
      return false;
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
      throw new IllegalStateException("the probe of a broker's path got as far as CONNECT");
    }
  }
}
