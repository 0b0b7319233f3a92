package io.mooring.cli;

import io.mooring.ClientBuilder;
import io.mooring.Qos;
import io.mooring.ReceivedMessage;
import io.mooring.Reconnect;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.error.SubscribeNotAllowedException;
import io.mooring.error.TimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mooring sub}. */
@Command(
    name = "sub",
    description = "Subscribes and prints each message on standard output.",
    sortOptions = false,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    footer = Mooring.EXIT_CODES)
final class SubCommand implements Callable<Integer> {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  private final Terminal terminal;
  private final Shutdown shutdown;
  private final CompletableFuture<Ending> signalled = new CompletableFuture<>();
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();

  /** Messages printed, by the client's thread. */
  private final AtomicLong printed = new AtomicLong();

  @Mixin private final TrustOptions trust = new TrustOptions();
  @Mixin private final DeviceOptions device = new DeviceOptions();
  @Mixin private final AuditOptions audit = new AuditOptions();
  @Mixin private final TraceOptions tracing = new TraceOptions();

  @Option(
      names = "--topic",
      required = true,
      paramLabel = "FILTER",
      description = "Topic Filter, + and # are wildcards; repeat it for more.")
  private List<String> filters = new ArrayList<>();

  @Option(
      names = "--dangerous-wide-topics",
      description =
          "Allow filters in which no level is a text, such as # and +/#: all that anybody"
              + " publishes.")
  private boolean wideTopics;

  @Option(
      names = "--qos",
      paramLabel = "0|1|2",
      description = "The highest QoS to be sent with. Default: 1.")
  private Qos qos = Qos.AT_LEAST_ONCE;

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "End after N messages, or when the connection is lost. Default: go on until a signal or"
              + " --timeout, and connect again after a loss.")
  private @Nullable Long count;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "End after so long: with exit code 3 if --count was not reached, with 0 if there is none."
              + " Default: never; connecting and subscribing take at most 30.")
  private @Nullable Duration timeout;

  @Option(
      names = "--max-packet-size",
      paramLabel = "BYTES",
      description =
          "The largest packet to be sent, payload and topic included: 128 to 268435460. The broker"
              + " drops what is larger. Default: 262144.")
  private int maxPacketSize = 256 * 1024;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      description = "text: the payload and a line end (default); json: one object a line.")
  private MessageFormat format = MessageFormat.text;

  SubCommand(Terminal terminal, Shutdown shutdown) {
    this.terminal = terminal;
    this.shutdown = shutdown;
  }

  private enum Ending {
    COUNT_REACHED,
    SIGNAL
  }

  @Override
  public Integer call() {
    if (count != null && count < 1) {
      throw new UsageException("--count is 1 or more; got " + count);
    }
    Deadline deadline = timeout == null ? null : Deadline.in(timeout);
    Duration connectTimeout =
        timeout != null && timeout.compareTo(CONNECT_TIMEOUT) < 0 ? timeout : CONNECT_TIMEOUT;
    ConnectionWatch watch = new ConnectionWatch(terminal);
    try (ClientMaterial material = ClientMaterial.open(trust, device, terminal);
        SecureMqttClient client =
            limited(material.builder(), watch)
                .cleanStart(true)
                .sessionExpiry(Duration.ZERO)
                .connectTimeout(connectTimeout)
                .reconnect(count == null ? Reconnect.DEFAULT : Reconnect.none())
                .listener(watch)
                .build()) {
      // Asked for before there is a connection, so that a filter that cannot be is a usage error.
      List<CompletionStage<SubscribeReceipt>> subscriptions = subscribe(client);
      Deadline ready = Deadline.in(connectTimeout);
      terminal.detail(
          ConnectionWatch.describe(
              watch.await(client.connectAsync(), ready.left(), "The connection")));
      endInGoodOrder();
      for (CompletionStage<SubscribeReceipt> subscription : subscriptions) {
        CompletableFuture<SubscribeReceipt> granted = subscription.toCompletableFuture();
        watch.await(CompletableFuture.anyOf(granted, signalled), ready.left(), "The subscription");
        if (!granted.isDone()) {
          break;
        }
        SubscribeReceipt receipt = granted.join();
        terminal.say("subscribed " + receipt.filter() + " qos " + receipt.granted().code());
      }
      return receive(watch, deadline);
    }
  }

  private ClientBuilder limited(ClientBuilder builder, ConnectionWatch watch) {
    audit.apply(builder, watch::fail);
    tracing.apply(builder, terminal);
    if (wideTopics) {
      builder.dangerous().wideSubscriptions();
    }
    return UsageException.parse(
        "--max-packet-size", () -> builder.maximumPacketSize(maxPacketSize));
  }

  /**
   * Not before there is a connection: until then nothing is owed to the broker, and a signal must
   * not wait for one that does not answer.
   */
  private void endInGoodOrder() {
    shutdown.onSignal(
        () -> {
          signalled.complete(Ending.SIGNAL);
          ending.complete(Ending.SIGNAL);
        });
  }

  private List<CompletionStage<SubscribeReceipt>> subscribe(SecureMqttClient client) {
    // By hand: a message beyond --count stays the broker's, for the others of a shared
    // subscription.
    SubscribeOptions options =
        SubscribeOptions.DEFAULT.withQos(qos).withManualAcknowledgement(true);
    return new LinkedHashSet<>(filters)
        .stream()
            .map(
                filter -> UsageException.parse("--topic", () -> subscribe(client, filter, options)))
            .toList();
  }

  private CompletionStage<SubscribeReceipt> subscribe(
      SecureMqttClient client, String filter, SubscribeOptions options) {
    try {
      return client.subscribe(filter, options, this::print);
    } catch (SubscribeNotAllowedException e) {
      throw new UsageException(
          "--topic "
              + filter
              + " takes in the topics of every device. Name what is needed, or add"
              + " --dangerous-wide-topics.");
    }
  }

  /** One at a time: messages of several filters come on several threads. */
  private synchronized void print(ReceivedMessage message) {
    if (ending.isDone()) {
      return;
    }
    endInGoodOrder(); // a message may come before call() saw the connection
    format.write(message, terminal.out());
    try {
      terminal.flush();
    } catch (OutputException e) {
      ending.completeExceptionally(e);
      return;
    }
    message.acknowledge();
    long total = printed.incrementAndGet();
    if (count != null && total == count) {
      ending.complete(Ending.COUNT_REACHED);
    }
  }

  private int receive(ConnectionWatch watch, @Nullable Deadline deadline) {
    try {
      Ending end = watch.await(ending, deadline == null ? null : deadline.left(), "The end");
      if (end == Ending.SIGNAL && count != null) {
        return Shutdown.BY_SIGNAL;
      }
      return ExitCode.DONE.code();
    } catch (TimeoutException e) {
      if (count == null) {
        return ExitCode.DONE.code();
      }
      throw new TimeoutException(printed + " of " + count + " messages came within --timeout.", e);
    }
  }
}
