package io.mooring.cli;

import io.mooring.ConnectionInfo;
import io.mooring.Endpoint;
import io.mooring.HttpProxy;
import io.mooring.SecureMqttClient;
import io.mooring.audit.ListeningSocketAudit;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.identity.DeviceIdentity;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring doctor}. */
@Command(
    name = "doctor",
    description =
        "Walks the way to a broker step by step, stops at the first fault, and says its cause and"
            + " what to do. Then looks at how the broker stands towards others.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class DoctorCommand implements Callable<Integer> {
  private static final int NONE_ASKED = -1;
  private static final int DEFAULT_PLAINTEXT_PORT = 1883;
  private static final int DEFAULT_WARN_DAYS = 30;
  private static final int LARGEST_PACKET = 16 * 1024;

  private final Terminal terminal;
  private final Clock clock;

  @Mixin private final TrustOptions trust = new TrustOptions();
  @Mixin private final DeviceOptions device = new DeviceOptions();
  @Mixin private final OutboxOptions outbox = new OutboxOptions();

  @Option(
      names = "--audit-sockets",
      description =
          "End with exit code 10 if this process listens on a socket, which is a warning otherwise."
              + " Looked at once. Linux only.")
  private boolean refuseListening;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description =
          "May the device publish there? Asked by publishing an empty message that expires after a"
              + " second; repeat it for more.")
  private List<String> topics = new ArrayList<>();

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description =
          "May the device subscribe there? Asked by subscribing and taking it back; repeat it for"
              + " more.")
  private List<String> filters = new ArrayList<>();

  @Option(
      names = "--other-filter",
      paramLabel = "FILTER",
      description =
          "What belongs to another device and should not be readable; repeat it for more. Default:"
              + " --topic and --filter with another name in place of --client-id.")
  private List<String> otherFilters = new ArrayList<>();

  @Mixin private final DeliveryOptions delivery = new DeliveryOptions();

  @Option(
      names = "--plaintext-port",
      paramLabel = "PORT",
      description = "Where the broker's host must not take MQTT in the clear. Default: 1883.")
  private int plaintextPort = DEFAULT_PLAINTEXT_PORT;

  @Option(
      names = "--no-posture",
      description = "Do not look at how the broker stands towards others.")
  private boolean withoutPosture;

  @Option(
      names = "--warn-days",
      paramLabel = "N",
      description = "Warn of certificates that end within N days. Default: 30.")
  private int warnDays = DEFAULT_WARN_DAYS;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "From the start to the verdict. Default: 10.")
  private Duration timeout = Duration.ofSeconds(10);

  @Mixin private final JsonOption json = new JsonOption();

  DoctorCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    delivery.listen(); // a usage error is told before anything is sent
    long begin = System.nanoTime();
    Findings findings = new Findings();
    MooringException fault = null;
    try {
      examine(findings, Deadline.in(timeout));
    } catch (MooringException e) {
      fault = e;
    }
    long elapsed = Duration.ofNanos(System.nanoTime() - begin).toMillis();
    DoctorReport report = new DoctorReport(findings, fault, elapsed);
    if (json.wanted) {
      terminal.result(report.json().toString());
    } else {
      report.print(terminal);
    }
    return (fault == null ? ExitCode.DONE : ExitCode.of(fault)).code();
  }

  private void examine(Findings findings, Deadline deadline) {
    ClockStep.examine(findings, clock);
    SocketsStep.examine(findings, ListeningSocketAudit.network().run(), refuseListening);
    findings.enter("keys");
    AtomicInteger iterations = new AtomicInteger(NONE_ASKED);
    try (ClientMaterial material =
        ClientMaterial.open(
            trust, device, terminal, scram -> new WatchedScram(scram, iterations::set))) {
      identity(findings, material);
      Path folder = outbox.folder;
      if (folder != null) {
        OutboxStep.examine(findings, outbox, folder, outbox.outbox(folder, material.outboxKey()));
      }
      Endpoint broker = trust.requireBroker();
      way(findings, broker, material.proxy(), deadline);
      new TlsStep(findings, clock, Duration.ofDays(warnDays)).examine(broker, material, deadline);
      try {
        session(findings, broker, material, deadline);
      } finally {
        int asked = iterations.get();
        MqttStep.iterations(
            findings, asked == NONE_ASKED ? OptionalInt.empty() : OptionalInt.of(asked));
      }
    }
  }

  /** Name and TCP: of the broker, or of the proxy, which then has to open a tunnel. */
  private static void way(
      Findings findings, Endpoint broker, @Nullable HttpProxy proxy, Deadline deadline) {
    if (proxy == null) {
      List<InetAddress> addresses = NameStep.examine(findings, broker.host(), deadline);
      ProxyStep.examine(findings, System.getenv(), null);
      TcpStep.examine(findings, broker, addresses, deadline);
      return;
    }
    NameStep.examine(findings, proxy.host(), deadline);
    ProxyStep.examine(findings, System.getenv(), proxy);
    ProxyStep.tunnel(findings, proxy, broker, deadline);
  }

  private void session(
      Findings findings, Endpoint broker, ClientMaterial material, Deadline deadline) {
    ConnectionWatch watch = new ConnectionWatch(terminal);
    if (!withoutPosture) {
      material.builder().dangerous().wideSubscriptions(); // to see that it is refused
      material.builder().maximumPacketSize(LARGEST_PACKET); // of what # may bring
    }
    try (SecureMqttClient client =
        material
            .builder()
            .clock(clock)
            .cleanStart(true)
            .sessionExpiry(Duration.ZERO)
            .connectTimeout(connectTimeout(deadline))
            .listener(watch)
            .build()) {
      ConnectionInfo info = MqttStep.examine(findings, client, watch, deadline);
      PermissionStep permission = new PermissionStep(findings, client, watch, deadline);
      permission.publish(topics);
      permission.subscribe(filters);
      if (!withoutPosture) {
        findings.enter("posture");
        List<String> own = new ArrayList<>(topics);
        own.addAll(filters);
        new ReadingStep(
                findings,
                client,
                watch,
                deadline,
                delivery,
                OwnTopics.of(info.clientId(), material, own))
            .examine(trust.clientId, own, otherFilters);
        posture(findings, broker, material, deadline);
      }
    }
  }

  private void posture(
      Findings findings, Endpoint broker, ClientMaterial material, Deadline deadline) {
    PostureStep posture = new PostureStep(findings, broker, material.proxy(), deadline);
    posture.plaintext(plaintextPort);
    if (material.isAnonymous()) {
      findings.warn(
          ErrorCode.ANONYMOUS_ALLOWED, "This device has no credential, and the broker let it in.");
    } else {
      posture.anonymous(material, clock);
    }
  }

  private void identity(Findings findings, ClientMaterial material) {
    @Nullable DeviceIdentity identity = material.identity();
    if (identity == null) {
      findings.saw("no client certificate");
      return;
    }
    X509Certificate own = identity.certificateChain().get(0);
    findings.saw("client certificate: " + TlsStep.inWords(own));
    Instant end = own.getNotAfter().toInstant();
    if (end.isBefore(clock.instant().plus(Duration.ofDays(warnDays)))) {
      findings.warn(
          ErrorCode.DEVICE_CERTIFICATE_ENDS_SOON,
          TlsStep.subject(own)
              + " ends at "
              + end
              + "; this device's clock says "
              + clock.instant()
              + ".");
    }
  }

  /** The range that the library allows, within what is left. */
  private static Duration connectTimeout(Deadline deadline) {
    Duration shortest = Duration.ofMillis(100);
    Duration left = ClientMaterial.connectTimeout(deadline.left());
    return left.compareTo(shortest) < 0 ? shortest : left;
  }
}
