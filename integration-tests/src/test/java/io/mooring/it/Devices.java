package io.mooring.it;

import io.mooring.ClientBuilder;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.identity.Secret;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.time.Duration;
import java.util.List;

/** Clients as devices configure them, for brokers on loopback. */
final class Devices {
  /** A pin of no key: what a device holds for the day the broker's key changes. */
  static final SpkiPin BACKUP = SpkiPin.parse("sha256/" + "A".repeat(43) + "=");

  private Devices() {}

  /** Own CA, pin and backup. */
  static TlsPolicy trusting(TestIdentity broker) {
    return TlsPolicy.trusting(List.of(broker.root()))
        .pinned(PinSet.of(SpkiPin.parse(broker.spkiPin()), BACKUP));
  }

  /** A device at a broker, without a credential yet. What its events say is searched. */
  static ClientBuilder at(int port, TestIdentity broker) {
    return unheard(port, broker).events(event -> Canaries.hear("an event", event.toString()));
  }

  /** The same without a listener of events, for a clock that is slow to be asked. */
  static ClientBuilder unheard(int port, TestIdentity broker) {
    return SecureMqttClient.builder()
        .broker("mqtts://localhost:" + port)
        .clientId("meter-0042")
        .reconnect(Reconnect.none()) // each test says when its device connects
        .connectTimeout(Duration.ofSeconds(20))
        .tls(trusting(broker));
  }

  /** The device of {@link ScramServer}, by password. */
  static ClientBuilder scram(int port, TestIdentity broker) {
    return at(port, broker).authenticate(Scram.sha256(password()));
  }

  static ScramCredential password() {
    return ScramCredential.password(
        ScramServer.USER, Secret.of(ScramServer.PASSWORD.toCharArray()));
  }
}
