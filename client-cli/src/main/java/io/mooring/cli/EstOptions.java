package io.mooring.cli;

import io.mooring.HttpProxy;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.EstEndpoint;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which EST server, and why it is believed. Pins of a keystore are the broker's, not its. */
final class EstOptions {
  @Option(
      names = "--est",
      required = true,
      paramLabel = "URL",
      description = "https://HOST[:PORT]/.well-known/est[/LABEL]")
  private @Nullable EstEndpoint endpoint;

  @Option(
      names = "--est-ca",
      paramLabel = "FILE",
      description =
          "Believe a server below the certificates of this PEM file and no others. Default: the"
              + " authorities of the Java platform.")
  private @Nullable Path ca;

  @Option(
      names = "--est-pin",
      paramLabel = "sha256/...",
      description = "A key that the server's path must hold besides; repeat it for the backup.")
  private List<SpkiPin> pins = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "For all of it, waiting for an approval (HTTP 202) included. Default: 60.")
  private Duration timeout = Duration.ofSeconds(60);

  @Mixin private final ProxyOptions proxy = new ProxyOptions();

  /** What is done with the client, and with the proxy that a trial at the broker takes too. */
  interface Work<T> {
    T with(EstClient client, @Nullable HttpProxy proxy);
  }

  /** Runs {@code work}; the password of a proxy is wiped behind it. */
  <T> T with(Terminal terminal, Work<T> work) {
    EstClient direct = client();
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      HttpProxy carrier = proxy.open(terminal, wipes);
      return work.with(carrier == null ? direct : direct.proxy(carrier), carrier);
    } finally {
      while (!wipes.isEmpty()) {
        wipes.pop().run();
      }
    }
  }

  private EstClient client() {
    EstEndpoint server = endpoint;
    if (server == null) {
      throw new UsageException("Missing required option: '--est=URL'");
    }
    TlsPolicy policy = TrustOptions.trusting(ca, List.of());
    EstClient client = EstClient.of(server, pins.isEmpty() ? policy : policy.pinned(pinSet()));
    return UsageException.parse("--timeout", () -> client.timeout(timeout));
  }

  private PinSet pinSet() {
    Set<SpkiPin> wanted = new LinkedHashSet<>(pins);
    return wanted.size() == 1 ? PinSet.dangerous().single(pins.get(0)) : PinSet.of(wanted);
  }
}
