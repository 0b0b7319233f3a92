package io.mooring.cli;

import io.mooring.error.ErrorCode;
import java.util.List;
import java.util.Map;

/** Is a proxy configured that this client, which dials the broker itself, does not use? */
final class ProxyStep {
  private static final List<String> VARIABLES =
      List.of("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
  private static final List<String> PROPERTIES = List.of("https.proxyHost", "socksProxyHost");

  private ProxyStep() {}

  /** Names what is set and not its value, which may hold a password. */
  static void examine(Findings findings, Map<String, String> environment) {
    findings.enter("proxy");
    for (String name : VARIABLES) {
      if (!environment.getOrDefault(name, "").isBlank()) {
        warn(findings, "environment variable " + name);
      }
    }
    for (String name : PROPERTIES) {
      if (!System.getProperty(name, "").isBlank()) {
        warn(findings, "system property " + name);
      }
    }
    if (findings.seen().stream().noneMatch(seen -> seen.step().equals("proxy"))) {
      findings.saw("none is configured here");
    }
  }

  private static void warn(Findings findings, String where) {
    findings.saw("set by " + where + ", not used");
    findings.warn(
        ErrorCode.PROXY_CONFIGURED,
        "A proxy is set by " + where + "; MQTT goes straight to the broker.");
  }
}
