package io.mooring.cli;

import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import io.mooring.error.ErrorCode;
import io.mooring.error.ProxyException;
import io.mooring.internal.net.TunnelTrial;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Does the proxy carry the connection? And is one configured here that is not used? */
final class ProxyStep {
  private static final List<String> VARIABLES =
      List.of("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");
  private static final List<String> PROPERTIES =
      List.of("https.proxyHost", "http.proxyHost", "socksProxyHost");

  private ProxyStep() {}

  /** Names what is set and not its value, which may hold a password. */
  static void examine(
      Findings findings, Map<String, String> environment, @Nullable HttpProxy given) {
    findings.enter("proxy");
    if (given != null) {
      findings.saw("goes through " + Terminal.printable(given.toString()) + ", by --proxy");
    }
    for (String name : VARIABLES) {
      if (!environment.getOrDefault(name, "").isBlank()) {
        set(findings, "environment variable " + name, given);
      }
    }
    for (String name : PROPERTIES) {
      if (!System.getProperty(name, "").isBlank()) {
        set(findings, "system property " + name, given);
      }
    }
    if (findings.seen().stream().noneMatch(seen -> seen.step().equals("proxy"))) {
      findings.saw("none is configured here");
    }
  }

  private static void set(Findings findings, String where, @Nullable HttpProxy given) {
    findings.saw("set by " + where + ", not used");
    if (given == null) {
      findings.warn(
          ErrorCode.PROXY_CONFIGURED,
          "A proxy is set by " + where + "; MQTT goes straight to the broker.");
    }
  }

  /**
   * Opens a tunnel to the broker, and closes it.
   *
   * @throws ProxyException if the proxy does not open it
   */
  static void tunnel(Findings findings, HttpProxy proxy, Endpoint broker, Deadline deadline) {
    findings.enter("proxy");
    long begin = System.nanoTime();
    TunnelTrial.of(proxy, broker.host(), broker.port(), begin + deadline.left().toNanos());
    findings.saw(
        "opens a tunnel to "
            + broker.host()
            + ":"
            + broker.port()
            + " in "
            + (System.nanoTime() - begin) / 1_000_000
            + " ms");
  }
}
