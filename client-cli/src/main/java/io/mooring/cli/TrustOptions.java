package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.tls.PinSet;
import io.mooring.tls.SpkiPin;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker, and why it is believed. */
final class TrustOptions {
  @Option(
      names = "--broker",
      paramLabel = "mqtts://HOST[:PORT]",
      description = "The broker; port 8883 unless named. There is no plaintext mode.")
  @Nullable Endpoint broker;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Trust the certificates of this PEM file and no others. Default: those of the keystore,"
              + " else the authorities of the Java platform.")
  @Nullable Path ca;

  @Option(
      names = "--pin",
      paramLabel = "sha256/...",
      description =
          "A key that the broker's path must hold; repeat it for the backup. Default: the pins of"
              + " the keystore, else none.")
  List<SpkiPin> pins = new ArrayList<>();

  @Option(
      names = "--pin-only",
      description =
          "Trust no authority: the broker's own key must be one of the pins. For self-signed"
              + " brokers.")
  boolean pinOnly;

  @Option(
      names = "--alpn",
      paramLabel = "NAME",
      description = "Offer this ALPN protocol; repeat it for more. Default: none.")
  List<String> alpn = new ArrayList<>();

  @Option(
      names = "--client-id",
      paramLabel = "ID",
      description = "Client Identifier. Default: the broker assigns one.")
  String clientId = "";

  @Mixin final ProxyOptions proxy = new ProxyOptions();

  @Option(
      names = "--require-staple",
      description =
          "Refuse a broker that does not staple an OCSP response that vouches for its certificate."
              + " Default: only if the certificate itself demands it.")
  boolean requireStaple;

  /** Takes broker and client identifier from an installed bundle, where they are not given. */
  void complete(KeystoreOptions keystore) {
    Installation.Connection connection = keystore.connection();
    if (connection == null) {
      return;
    }
    if (broker == null) {
      broker = connection.broker();
    }
    if (clientId.isEmpty()) {
      clientId = connection.clientId();
    }
  }

  /** The broker, which this command cannot do without. */
  Endpoint requireBroker() {
    if (broker == null) {
      throw new UsageException("Missing required option: '--broker=mqtts://HOST[:PORT]'");
    }
    return broker;
  }

  /**
   * The policy. What is on the command line stands in place of the same thing in the keystore.
   *
   * @param keystoreAuthorities may be empty
   * @param keystorePins may be empty
   */
  TlsPolicy policy(List<X509Certificate> keystoreAuthorities, List<SpkiPin> keystorePins) {
    Set<SpkiPin> wanted = new LinkedHashSet<>(pins.isEmpty() ? keystorePins : pins);
    TlsPolicy policy = trust(keystoreAuthorities, wanted);
    TlsPolicy complete =
        UsageException.parse("--alpn", () -> policy.alpn(alpn.toArray(new String[0])));
    return requireStaple ? complete.requireStaple() : complete;
  }

  private TlsPolicy trust(List<X509Certificate> keystoreAuthorities, Set<SpkiPin> wanted) {
    if (pinOnly) {
      if (ca != null) {
        throw new UsageException("--pin-only trusts no authority, so --ca cannot go with it");
      }
      if (requireStaple) {
        throw new UsageException(
            "--pin-only trusts no authority, so none can revoke: --require-staple cannot go with it");
      }
      if (wanted.isEmpty()) {
        throw new UsageException("--pin-only needs --pin, or a keystore that holds pins");
      }
      return TlsPolicy.pinOnly(pinSet(wanted));
    }
    TlsPolicy policy = trusting(ca, keystoreAuthorities);
    return wanted.isEmpty() ? policy : policy.pinned(pinSet(wanted));
  }

  /** The authorities of the PEM file, else those of the keystore, else those of the platform. */
  static TlsPolicy trusting(@Nullable Path ca, List<X509Certificate> keystoreAuthorities) {
    if (ca != null) {
      return TlsPolicy.trusting(ca);
    }
    return keystoreAuthorities.isEmpty()
        ? TlsPolicy.systemRoots()
        : TlsPolicy.trusting(keystoreAuthorities);
  }

  private static PinSet pinSet(Set<SpkiPin> wanted) {
    return wanted.size() == 1
        ? PinSet.dangerous().single(wanted.iterator().next())
        : PinSet.of(wanted);
  }
}
