package io.mooring.internal.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code openssl s_server} on a free loopback port: a peer that shares no code with this client.
 */
final class OpensslServer implements AutoCloseable {
  private static final int MAX_SECONDS = 20;
  private static final Pattern ACCEPT = Pattern.compile("^ACCEPT .*:(\\d+)$");

  private final Process process;
  private final BufferedReader output;
  private final int port;

  private OpensslServer(Process process, BufferedReader output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  static OpensslServer start(Path folder, TestIdentity identity, Path config, String... options)
      throws IOException {
    Path openssl = RequiredTool.orSkip("openssl");
    Path credentials = Files.createTempDirectory(folder, "server");
    List<String> command =
        new ArrayList<>(
            List.of(
                openssl.toString(),
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-naccept",
                "1",
                "-cert",
                identity.writeChain(credentials.resolve("chain.pem")).toString(),
                "-key",
                identity.writeKey(credentials.resolve("key.pem")).toString()));
    command.addAll(Arrays.asList(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (config != null) {
      builder.environment().put("OPENSSL_CONF", config.toString());
    }
    Process process = builder.start();
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
        return new OpensslServer(process, output, Integer.parseInt(accept.group(1)));
      }
    }
    throw new IOException("openssl s_server did not start:\n" + said);
  }

  /** A configuration file that turns extended master secret off. */
  static Path withoutExtendedMasterSecret(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("openssl.cnf"),
        """
        openssl_conf = all
        [all]
        ssl_conf = ssl
        [ssl]
        system_default = defaults
        [defaults]
        Options = -ExtendedMasterSecret
        """);
  }

  /** Connects and runs the handshake over a real socket. */
  SocketChannel handshake(TlsMachine machine) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    machine.start();
    ByteBuffer in = ByteBuffer.allocate(20_000);
    try {
      while (machine.isHandshaking()) {
        flush(machine, channel);
        in.clear();
        if (channel.read(in) < 0) {
          machine.closeInput();
        }
        machine.offer(in.flip(), (b, o, l) -> {});
      }
    } finally {
      flush(machine, channel);
    }
    return channel;
  }

  static void flush(TlsMachine machine, SocketChannel channel) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(machine.output());
    machine.readOutput(out);
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  /** Types a line at the server: it goes to the client, or is a command if it is K, k or Q. */
  void type(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** The rest of the first line that starts with {@code prefix}, blanks around it ignored. */
  String after(String prefix) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.strip().startsWith(prefix)) {
        return line.strip().substring(prefix.length()).strip();
      }
    }
    throw new IOException("openssl never said " + prefix);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
