package io.mooring.cli;

import io.mooring.Message;
import io.mooring.PublishReceipt;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.SubscribeReceipt;
import java.time.Duration;
import java.util.List;

/**
 * May the device publish and subscribe where its operator says it should? To ask is to do it: an
 * empty message that expires in a second, and a subscription that is taken back at once.
 */
final class PermissionStep {
  private static final SubscribeOptions LOOK =
      SubscribeOptions.DEFAULT
          .withQos(Qos.AT_MOST_ONCE)
          .withRetainHandling(RetainHandling.DO_NOT_SEND);

  private final Findings findings;
  private final SecureMqttClient client;
  private final ConnectionWatch watch;
  private final Deadline deadline;

  PermissionStep(
      Findings findings, SecureMqttClient client, ConnectionWatch watch, Deadline deadline) {
    this.findings = findings;
    this.client = client;
    this.watch = watch;
    this.deadline = deadline;
  }

  void publish(List<String> topics) {
    findings.enter("publish");
    for (String topic : topics) {
      Message empty =
          UsageException.parse("--topic", () -> Message.to(topic))
              .payload(new byte[0])
              .qos(Qos.AT_LEAST_ONCE)
              .expiry(Duration.ofSeconds(1))
              .build();
      PublishReceipt receipt =
          watch.await(client.publish(empty).delivered(), deadline.left(), "The acknowledgement");
      findings.saw("permitted to publish to " + topic + " (" + receipt.reason() + ")");
    }
  }

  void subscribe(List<String> filters) {
    findings.enter("subscribe");
    for (String filter : filters) {
      SubscribeReceipt receipt = look(filter);
      findings.saw("permitted to subscribe to " + filter + ", QoS " + receipt.granted().code());
    }
  }

  /** Subscribes and takes it back; no message is handled. */
  private SubscribeReceipt look(String filter) {
    SubscribeReceipt receipt =
        watch.await(
            UsageException.parse("--filter", () -> client.subscribe(filter, LOOK, message -> {})),
            deadline.left(),
            "The subscription");
    watch.await(client.unsubscribe(filter), deadline.left(), "The end of the subscription");
    return receipt;
  }
}
