package io.mooring.demo;

import io.mooring.Message;
import io.mooring.ReceivedMessage;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Somebody in the control room: sees all of one device and commands it, by the same client. */
final class QuickstartOperator implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final String device;
  private final SecureMqttClient client;
  private final BlockingQueue<ReceivedMessage> inbox = new LinkedBlockingQueue<>();

  private QuickstartOperator(String device, SecureMqttClient client) {
    this.device = device;
    this.client = client;
  }

  /** Connects and subscribes to {@code device/#}. */
  static QuickstartOperator connect(String uri, QuickstartKeys keys, String device) {
    SecureMqttClient client =
        SecureMqttClient.builder()
            .broker(uri)
            .clientId("control-room")
            .tls(TlsPolicy.trusting(List.of(keys.authority().certificate())).pinned(keys.pins()))
            .authenticate(
                Scram.sha256(
                    ScramCredential.password(QuickstartKeys.OPERATOR, keys.operatorPassword())))
            .build();
    QuickstartOperator operator = new QuickstartOperator(device, client);
    client.connect();
    client
        .subscribe(device + "/#", SubscribeOptions.DEFAULT.withNoLocal(true), operator.inbox::add)
        .toCompletableFuture()
        .join();
    return operator;
  }

  /** Waits for the next message on a topic of the device and returns its text. */
  String await(String topic) throws IOException, InterruptedException {
    return await(topic, message -> true);
  }

  /** Publishes a command and returns the device's answer to this very command. */
  String command(String name, String payload) throws IOException, InterruptedException {
    byte[] correlation = new byte[16];
    new SecureRandom().nextBytes(correlation);
    client.publishAndWait(
        Message.to(device + "/command/" + name)
            .payload(payload)
            .responseTopic(device + "/response/control-room")
            .correlationData(correlation)
            .build(),
        PATIENCE);
    return await(
        "response/control-room",
        message -> {
          byte[] returned = message.message().correlationData();
          return returned != null && MessageDigest.isEqual(correlation, returned);
        });
  }

  @Override
  public void close() {
    client.close();
  }

  private String await(String topic, Predicate<ReceivedMessage> wanted)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      ReceivedMessage next =
          inbox.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new IOException(
            "The operator saw nothing on "
                + device
                + "/"
                + topic
                + " within "
                + PATIENCE.toSeconds()
                + " s.");
      }
      if (next.topic().equals(device + "/" + topic) && wanted.test(next)) {
        return next.payloadText();
      }
    }
  }
}
