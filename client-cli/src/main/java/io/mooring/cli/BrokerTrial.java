package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import io.mooring.SecureMqttClient;
import io.mooring.enrol.Enrolment;
import io.mooring.identity.DeviceIdentity;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.Scram;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One connection with the new identity, before the old one is given up. */
final class BrokerTrial {
  @Option(
      names = "--broker",
      paramLabel = "mqtts://HOST[:PORT]",
      description =
          "Connect there once with the new identity before it takes the old one's place; if that"
              + " fails, the old one stays. Trust and SCRAM keys come from the keystore. Default:"
              + " no trial.")
  private @Nullable Endpoint broker;

  @Option(
      names = "--client-id",
      paramLabel = "ID",
      description = "Client Identifier of the trial. Default: the broker assigns one.")
  private String clientId = "";

  /** The trial, which connects as the keystore says. */
  Enrolment.Trial of(
      @Nullable Pkcs12Identity keystore, @Nullable HttpProxy proxy, Terminal terminal) {
    Endpoint endpoint = broker;
    return endpoint == null
        ? Enrolment.Trial.NONE
        : candidate -> connect(endpoint, keystore, proxy, candidate, terminal);
  }

  private void connect(
      Endpoint endpoint,
      @Nullable Pkcs12Identity keystore,
      @Nullable HttpProxy proxy,
      DeviceIdentity candidate,
      Terminal terminal) {
    ClientBuilder builder =
        SecureMqttClient.builder()
            .broker(endpoint)
            .tls(policy(keystore))
            .identity(candidate)
            .cleanStart(true)
            .sessionExpiry(Duration.ZERO);
    UsageException.parse("--client-id", () -> builder.clientId(clientId));
    if (proxy != null) {
      builder.proxy(proxy);
    }
    if (keystore != null && keystore.hasScram()) {
      builder.authenticate(Scram.keys(keystore.scram()));
    }
    try (SecureMqttClient client = builder.build()) {
      terminal.detail(ConnectionWatch.describe(client.connect()));
    }
    terminal.say("the broker took the new identity");
  }

  private static TlsPolicy policy(@Nullable Pkcs12Identity keystore) {
    if (keystore == null) {
      return TlsPolicy.systemRoots();
    }
    TlsPolicy policy = TrustOptions.trusting(null, keystore.authorities());
    List<SpkiPin> pins = keystore.pins();
    if (pins.isEmpty()) {
      return policy;
    }
    return policy.pinned(
        pins.size() == 1 ? PinSet.dangerous().single(pins.get(0)) : PinSet.of(pins));
  }
}
