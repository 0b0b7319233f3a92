package io.mooring.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code openssl s_server} on a free loopback port, with an OCSP response at its certificate. */
record StaplingServer(Process process, int port) implements AutoCloseable {
  private static final int MAX_SECONDS = 30;
  private static final Pattern ACCEPT = Pattern.compile("^ACCEPT .*:(\\d+)$");

  static StaplingServer start(Bench bench, TestIdentity identity, byte[] response)
      throws IOException {
    Path openssl = RequiredTool.orSkip("openssl");
    Process process =
        new ProcessBuilder(
                List.of(
                    openssl.toString(),
                    "s_server",
                    "-accept",
                    "127.0.0.1:0",
                    "-cert",
                    identity.writeChain(bench.file("chain.pem")).toString(),
                    "-key",
                    identity.writeKey(bench.file("key.pem")).toString(),
                    "-status_file",
                    Files.write(bench.file("staple.der"), response).toString()))
            .redirectErrorStream(true)
            .start();
    // A read from a process cannot be interrupted: whatever hangs, ends with the process.
    CompletableFuture.delayedExecutor(MAX_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      Matcher accept = ACCEPT.matcher(line);
      if (accept.matches()) {
        return new StaplingServer(process, Integer.parseInt(accept.group(1)));
      }
    }
    throw new IOException("openssl s_server did not start:\n" + said);
  }

  String uri() {
    return "mqtts://localhost:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
