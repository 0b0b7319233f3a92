package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.tls.PinSet;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker to look at, and by which policy; the pins are what is looked for. */
final class ProbeOptions {
  @Option(
      names = "--broker",
      paramLabel = "mqtts://HOST[:PORT]",
      description = "The broker that this device connects to; port 8883 unless named.")
  @Nullable Endpoint broker;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Trust the certificates of this PEM file and no others. Default: those of the keystore,"
              + " else the authorities of the Java platform.")
  @Nullable Path ca;

  @Option(
      names = "--pin-only",
      description = "The device trusts no authority, as in pub and sub with --pin-only.")
  boolean pinOnly;

  @Option(
      names = "--alpn",
      paramLabel = "NAME",
      description = "Offer this ALPN protocol; repeat it for more. Default: none.")
  List<String> alpn = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "For the handshake with --broker. Default: 10.")
  Duration timeout = Duration.ofSeconds(10);

  @Mixin final ProxyOptions proxy = new ProxyOptions();

  /** Takes the broker from an installed bundle, where it is not given. */
  void complete(KeystoreOptions keystore) {
    Installation.Connection connection = keystore.connection();
    if (broker == null && connection != null) {
      broker = connection.broker();
    }
  }

  Endpoint requireBroker() {
    if (broker == null) {
      throw new UsageException("Missing required option: '--broker=mqtts://HOST[:PORT]'");
    }
    return broker;
  }

  TlsPolicy policy(List<X509Certificate> keystoreAuthorities, PinSet pins) {
    if (pinOnly && ca != null) {
      throw new UsageException("--pin-only trusts no authority, so --ca cannot go with it");
    }
    TlsPolicy policy =
        pinOnly
            ? TlsPolicy.pinOnly(pins)
            : TrustOptions.trusting(ca, keystoreAuthorities).pinned(pins);
    return UsageException.parse("--alpn", () -> policy.alpn(alpn.toArray(new String[0])));
  }
}
