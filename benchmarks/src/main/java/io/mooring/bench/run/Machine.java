package io.mooring.bench.run;

import io.mooring.testkit.RequiredTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where and with what it was measured: without it a figure says nothing. */
final class Machine {
  private static final double GIB_IN_KIB = 1024.0 * 1024;

  private Machine() {}

  static Map<String, String> describe() throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("CPU", field("/proc/cpuinfo", "model name"));
    facts.put("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    String memory = field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "");
    facts.put("RAM", Table.number(Long.parseLong(memory) / GIB_IN_KIB) + " GiB");
    facts.put("Kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("TCP congestion control", content("/proc/sys/net/ipv4/tcp_congestion_control"));
    facts.put("Load average when it began", content("/proc/loadavg"));
    facts.put(
        "JVM",
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    facts.put("Mosquitto", firstLine("mosquitto", "-h"));
    facts.put("OpenSSL", firstLine("openssl", "version"));
    facts.put("TLS", "1.3, " + Brokers.CIPHER + ", certificates of both sides on P-256");
    return facts;
  }

  private static String field(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file), StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse("0");
  }

  private static String content(String file) throws IOException {
    return Files.readString(Path.of(file), StandardCharsets.UTF_8).trim();
  }

  private static String firstLine(String program, String argument) throws IOException {
    Path found = RequiredTool.find(program).orElse(null);
    if (found == null) {
      return "none";
    }
    Process process =
        new ProcessBuilder(found.toString(), argument).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return out.lines().findFirst().orElse("?").trim();
  }
}
