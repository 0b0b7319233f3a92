package io.mooring.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Eclipse Mosquitto as a process of its own: a TLS listener on a free port of 127.0.0.1, its files
 * in a folder that goes when it is closed. Needs the programs {@code mosquitto} and, for users,
 * {@code mosquitto_passwd}; without them the test is skipped ({@link RequiredTool}).
 */
public final class MosquittoProcess implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final int START_ATTEMPTS = 5;

  private final Path folder;
  private final TestIdentity identity;
  private final Builder options;
  private final Thread atExit;
  private Running running;

  private MosquittoProcess(Builder options, Path folder, TestIdentity identity)
      throws IOException, InterruptedException {
    this.options = options;
    this.folder = folder;
    this.identity = identity;
    identity.writeChain(folder.resolve("cert.pem"));
    identity.writeKey(folder.resolve("key.pem"));
    writePasswords();
    if (options.acl != null) {
      Files.writeString(folder.resolve("acl"), options.acl);
    }
    if (!options.clientRoots.isEmpty()) {
      StringBuilder roots = new StringBuilder();
      options.clientRoots.forEach(root -> roots.append(TestIdentity.pem(root)));
      Files.writeString(folder.resolve("clients.pem"), roots);
    }
    this.running = launchOnFreePort();
    this.atExit = new Thread(() -> running.process().destroyForcibly());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Starts the description of a broker that lets anyone in over TLS. */
  public static Builder builder() {
    return new Builder();
  }

  /** The port of the TLS listener on 127.0.0.1. */
  public int port() {
    return running.port();
  }

  /** {@code mqtts://localhost:port}. */
  public String uri() {
    return "mqtts://localhost:" + port();
  }

  /** What the broker presents; its {@code root()} is what a client should trust. */
  public TestIdentity identity() {
    return identity;
  }

  /** What the broker has logged since it was last started. */
  public String log() {
    return running.log();
  }

  /** Waits, within 10 s, until the log holds the text. */
  public void awaitLog(String text) throws InterruptedException {
    if (!running.awaitLog(text)) {
      throw new AssertionError(
          "Mosquitto did not log '" + text + "' within " + BOUND + ":\n" + log());
    }
  }

  /** The process identifier. */
  public long pid() {
    return running.process().pid();
  }

  /** Ends the process; sessions and retained messages are on disk for {@link #restart}. */
  public void stop() throws InterruptedException {
    running.stop();
  }

  /** {@link #restart()} with another certificate and key; {@link #identity} stays the first. */
  public void restart(TestIdentity presented) throws IOException, InterruptedException {
    Files.delete(folder.resolve("cert.pem"));
    Files.delete(folder.resolve("key.pem"));
    presented.writeChain(folder.resolve("cert.pem"));
    presented.writeKey(folder.resolve("key.pem"));
    restart();
  }

  /**
   * Starts the process again, on the same port, with what it had stored. Mosquitto 2.0.11 stores a
   * session only if its CONNECT had Clean Start 0.
   */
  public void restart() throws IOException, InterruptedException {
    int port = running.port();
    running.stop();
    Running again = launch(port);
    if (!again.isUp()) {
      throw new IOException("Mosquitto did not start again on port " + port + ":\n" + again.log());
    }
    running = again;
  }

  /** Ends the process and removes its folder. */
  @Override
  public void close() throws IOException {
    boolean interrupted = false;
    try {
      running.stop();
    } catch (InterruptedException e) {
      running.process().destroyForcibly();
      interrupted = true;
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    deleteFolder(folder);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Running launchOnFreePort() throws IOException, InterruptedException {
    String log = "";
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      Running candidate = launch(freePort());
      if (candidate.isUp()) {
        return candidate;
      }
      log = candidate.log();
      if (!log.contains("Address already in use")) {
        break;
      }
    }
    deleteFolder(folder);
    throw new IOException("Mosquitto did not start:\n" + log);
  }

  private Running launch(int port) throws IOException, InterruptedException {
    Path config = folder.resolve("mosquitto.conf");
    Files.writeString(config, String.join("\n", configuration(port)) + "\n");
    Path program = RequiredTool.orSkip("mosquitto");
    ProcessBuilder launch =
        new ProcessBuilder(program.toString(), "-c", config.toString()).redirectErrorStream(true);
    if (options.tls12Only) {
      launch.environment().put("OPENSSL_CONF", tls12Only().toString());
    }
    return new Running(launch.start(), port);
  }

  /** Mosquitto can raise the lowest version and not lower the highest; OpenSSL can. */
  private Path tls12Only() throws IOException {
    return Files.writeString(
        folder.resolve("openssl.cnf"),
        """
        openssl_conf = init
        [init]
        ssl_conf = ssl
        [ssl]
        system_default = tls
        [tls]
        MaxProtocol = TLSv1.2
        """);
  }

  private List<String> configuration(int port) {
    List<String> lines = new ArrayList<>();
    lines.add("log_dest stderr");
    lines.add("log_type all");
    // A broker started by root would give up its rights and then could not read its own files.
    lines.add("user " + System.getProperty("user.name"));
    lines.add("persistence true");
    lines.add("persistence_location " + folder + "/");
    lines.add("per_listener_settings false");
    lines.add("allow_anonymous " + (options.users.isEmpty() && !options.certificateIsUser));
    if (!options.users.isEmpty()) {
      lines.add("password_file " + folder.resolve("passwords"));
    }
    if (options.acl != null) {
      lines.add("acl_file " + folder.resolve("acl"));
    }
    lines.addAll(options.globalLines);
    lines.add("listener " + port + " 127.0.0.1");
    lines.add("certfile " + folder.resolve("cert.pem"));
    lines.add("keyfile " + folder.resolve("key.pem"));
    if (!options.clientRoots.isEmpty()) {
      lines.add("cafile " + folder.resolve("clients.pem"));
      lines.add("require_certificate true");
      lines.add("use_identity_as_username " + options.certificateIsUser);
    }
    lines.addAll(options.listenerLines);
    return lines;
  }

  private void writePasswords() throws IOException, InterruptedException {
    if (options.users.isEmpty()) {
      return;
    }
    Path file = folder.resolve("passwords");
    List<String> lines = new ArrayList<>();
    options.users.forEach((user, password) -> lines.add(user + ":" + password));
    Files.write(file, lines);
    Path program = RequiredTool.orSkip("mosquitto_passwd");
    Process process =
        new ProcessBuilder(program.toString(), "-U", file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("mosquitto_passwd failed: " + output);
    }
  }

  private static int freePort() throws IOException {
    try (var probe = new ServerSocket(0, 1, Loopback.ipv4())) {
      return probe.getLocalPort();
    }
  }

  private static void deleteFolder(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** One life of the process, and what it logs. */
  private static final class Running {
    private final Process process;
    private final int port;
    private final Thread reader;
    private final StringBuilder log = new StringBuilder();
    private boolean ended;

    private Running(Process process, int port) {
      this.process = process;
      this.port = port;
      this.reader = new Thread(this::readLog, "mosquitto-log-" + port);
      reader.setDaemon(true);
      reader.start();
    }

    Process process() {
      return process;
    }

    int port() {
      return port;
    }

    synchronized String log() {
      return log.toString();
    }

    /** Mosquitto logs this line once its listeners accept. */
    boolean isUp() throws InterruptedException {
      boolean up = awaitLog(" running\n");
      if (!up) {
        stop();
      }
      return up;
    }

    synchronized boolean awaitLog(String text) throws InterruptedException {
      long deadline = System.nanoTime() + BOUND.toNanos();
      while (log.indexOf(text) < 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || ended) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    }

    void stop() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(BOUND.toNanos(), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly().waitFor();
      }
      reader.join();
    }

    private void readLog() {
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          append(line);
        }
      } catch (IOException e) {
        append("(the log ended: " + e.getMessage() + ")");
      } finally {
        end();
      }
    }

    private synchronized void append(String line) {
      log.append(line).append('\n');
      notifyAll();
    }

    private synchronized void end() {
      ended = true;
      notifyAll();
    }
  }

  /** Describes a {@link MosquittoProcess}. */
  public static final class Builder {
    private boolean tls12Only;
    private final Map<String, String> users = new LinkedHashMap<>();
    private final List<String> globalLines = new ArrayList<>();
    private final List<String> listenerLines = new ArrayList<>();
    private @Nullable TestIdentity identity;
    private @Nullable String acl;
    private List<X509Certificate> clientRoots = List.of();
    private boolean certificateIsUser;

    private Builder() {}

    /** What the broker presents; default: {@link TestCertificates#localhost()}. */
    public Builder identity(TestIdentity presented) {
      this.identity = presented;
      return this;
    }

    /** Adds a user; once there is one, nobody comes in without a name and password. */
    public Builder user(String name, String password) {
      Canaries.plant("a password of Mosquitto", password);
      users.put(name, password);
      return this;
    }

    /** The content of the ACL file, in Mosquitto's own language. */
    public Builder acl(String content) {
      this.acl = content;
      return this;
    }

    /** Requires a client certificate below one of the roots. */
    public Builder requireClientCertificate(X509Certificate... roots) {
      this.clientRoots = List.of(roots);
      return this;
    }

    /** Takes the common name of the client certificate for the user name, as ACLs see it. */
    public Builder certificateIsUser() {
      this.certificateIsUser = true;
      return this;
    }

    /** The largest packet the broker takes, in bytes; it says so in CONNACK. */
    public Builder maxPacketSize(int bytes) {
      return option("max_packet_size " + bytes);
    }

    /** The broker's Receive Maximum: unacknowledged messages towards a client, too. */
    public Builder maxInflight(int messages) {
      return option("max_inflight_messages " + messages);
    }

    /** Speaks TLS 1.2 at most. */
    public Builder tls12Only() {
      tls12Only = true;
      return this;
    }

    /** Any further line for the whole broker. */
    public Builder option(String line) {
      globalLines.add(line);
      return this;
    }

    /** Any further line for the TLS listener. */
    public Builder listenerOption(String line) {
      listenerLines.add(line);
      return this;
    }

    /** Starts the process and waits until it accepts connections. */
    public MosquittoProcess start() throws IOException, InterruptedException {
      RequiredTool.orSkip("mosquitto");
      TestIdentity presented = identity == null ? TestCertificates.localhost() : identity;
      return new MosquittoProcess(this, Files.createTempDirectory("mooring-mosquitto-"), presented);
    }
  }
}
