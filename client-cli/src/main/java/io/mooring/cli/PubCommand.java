package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.ReasonCode;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.outbox.Outbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring pub}. */
@Command(
    name = "pub",
    description = "Publishes a message, or one for each line of standard input.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class PubCommand implements Callable<Integer> {
  private static final int MAX_PAYLOAD = 268_435_455;
  private static final int MIN_QUEUE_BYTES = 1024 * 1024;

  private static final Duration FIRST_DELAY = Duration.ofMillis(250);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

  /** How long the broker keeps the session in which QoS 2 arrives once, over runs of --outbox. */
  private static final Duration SESSION_KEPT = Duration.ofDays(7);

  private final Terminal terminal;

  @Mixin private final TrustOptions trust = new TrustOptions();
  @Mixin private final DeviceOptions device = new DeviceOptions();
  @Mixin private final AuditOptions audit = new AuditOptions();
  @Mixin private final TraceOptions tracing = new TraceOptions();
  @Mixin private final MessageOptions options = new MessageOptions();

  @Mixin private final OutboxOptions outboxOptions = new OutboxOptions();

  @ArgGroup(multiplicity = "1")
  private Payload payload = new Payload();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "From the start to the acknowledgement; with --stdin-lines: for connecting, and for each"
              + " wait for an acknowledgement; with --outbox: how long nothing may be delivered"
              + " once the input has ended. Default: 30.")
  private Duration timeout = Duration.ofSeconds(30);

  PubCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Exactly one of them. */
  static final class Payload {
    @Option(names = "--message", paramLabel = "TEXT", description = "The payload, as UTF-8 text.")
    @Nullable String text;

    @Option(names = "--file", paramLabel = "FILE", description = "The payload, byte for byte.")
    @Nullable Path file;

    @Option(
        names = "--stdin-lines",
        description = "Each line of standard input is the payload of one message.")
    boolean lines;
  }

  @Override
  public Integer call() {
    Deadline deadline = Deadline.in(timeout);
    Message.Builder message = options.message();
    if (payload.lines && device.readsStandardInput()) {
      throw new UsageException("Standard input cannot hold both --stdin-lines and a password");
    }
    Message single = payload.lines ? null : withPayload(message);
    if (outboxOptions.folder != null) {
      return keep(outboxOptions.folder, message, single);
    }
    int queueBytes = single == null ? LinePublisher.QUEUE_BYTES : single.payloadLength() + 1024;
    ConnectionWatch watch = new ConnectionWatch(terminal);
    try (ClientMaterial material = ClientMaterial.open(trust, device, terminal);
        SecureMqttClient client =
            audited(material.builder(), watch::fail)
                .cleanStart(true)
                .sessionExpiry(Duration.ZERO)
                .connectTimeout(ClientMaterial.connectTimeout(timeout))
                .queue(1_000, Math.max(MIN_QUEUE_BYTES, queueBytes))
                .listener(watch)
                .build()) {
      terminal.detail(
          ConnectionWatch.describe(
              watch.await(client.connectAsync(), deadline.left(), "The connection")));
      if (single == null) {
        new LinePublisher(client, watch, message, timeout, terminal).run();
      } else {
        note(
            watch.await(
                client.publish(single).delivered(), deadline.left(), "The acknowledgement"));
      }
    }
    return ExitCode.DONE.code();
  }

  private ClientBuilder audited(ClientBuilder builder, Consumer<RuntimeException> fail) {
    audit.apply(builder, fail);
    tracing.apply(builder, terminal);
    return builder;
  }

  /** Through the outbox: with the broker there or not, and over as many connections as it takes. */
  private Integer keep(Path folder, Message.Builder message, @Nullable Message single) {
    if (options.qos == Qos.AT_MOST_ONCE) {
      throw new UsageException("--outbox keeps messages of --qos 1 and 2; QoS 0 is not kept");
    }
    OutboxPublisher publisher = new OutboxPublisher(terminal.in(), message, timeout, terminal);
    try (ClientMaterial material = ClientMaterial.open(trust, device, terminal)) {
      Outbox outbox = outboxOptions.outbox(folder, material.outboxKey());
      int queueBytes = single == null ? 0 : single.payloadLength() + 1024;
      try (SecureMqttClient client =
          audited(material.builder(), publisher::failed)
              .outbox(outbox)
              .sessionExpiry(SESSION_KEPT)
              .reconnect(Reconnect.DEFAULT.withBackOff(FIRST_DELAY, LONGEST_DELAY))
              .connectTimeout(ClientMaterial.connectTimeout(timeout))
              .queue(1_000, Math.max(OutboxPublisher.QUEUE_BYTES, queueBytes))
              .listener(publisher)
              .build()) {
        if (single == null) {
          publisher.run(client);
        } else {
          publisher.run(client, single);
        }
      }
    }
    return ExitCode.DONE.code();
  }

  private void note(PublishReceipt receipt) {
    if (receipt.reason() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
      terminal.say("accepted, but nobody subscribes to " + receipt.topic());
    } else {
      terminal.detail("published to " + receipt.topic() + " at QoS " + receipt.qos().code());
    }
  }

  private Message withPayload(Message.Builder message) {
    if (payload.text != null) {
      return message.payload(payload.text).build();
    }
    Path file = payload.file;
    if (file == null) {
      throw new UsageException("Missing required option: --message, --file or --stdin-lines");
    }
    try {
      if (Files.size(file) > MAX_PAYLOAD) {
        throw new UsageException(
            "--file " + file + " is longer than 268435455 bytes, the most that MQTT can carry");
      }
      return message.payload(Files.readAllBytes(file)).build();
    } catch (IOException e) {
      throw new UsageException("--file " + file + " cannot be read: " + e);
    }
  }
}
