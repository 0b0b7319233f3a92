package io.mooring.it;

import io.mooring.Qos;
import io.mooring.ReceivedMessage;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions;
import io.mooring.SubscribeReceipt;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.outbox.Outbox;
import io.mooring.tls.TlsPolicy;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/**
 * A device that is going to be killed: takes numbered commands at QoS 2 with an outbox,
 * acknowledges by hand those up to a number and keeps the rest, and says {@code acknowledged N} or
 * {@code kept N}. After the last one it publishes, and says {@code settled} once that has been
 * acknowledged: what it acknowledged before has then left, too.
 *
 * <p>Arguments: port, CA file, outbox folder, topic, the last number to acknowledge, the last
 * number.
 */
final class OutboxSubscriber {
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private final int acknowledgeTo;
  private final int lastNumber;
  private final CountDownLatch all = new CountDownLatch(1);

  private OutboxSubscriber(int acknowledgeTo, int lastNumber) {
    this.acknowledgeTo = acknowledgeTo;
    this.lastNumber = lastNumber;
  }

  public static void main(String[] arguments) throws Exception {
    new OutboxSubscriber(Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]))
        .run(arguments);
  }

  private void run(String[] arguments) throws Exception {
    try (SecureMqttClient client =
        SecureMqttClient.builder()
            .broker("mqtts://localhost:" + arguments[0])
            .clientId("meter-0042")
            .connectTimeout(Duration.ofSeconds(20))
            .tls(TlsPolicy.trusting(Path.of(arguments[1])))
            .authenticate(PasswordAuthentication.of("meter", Secret.of("secret".toCharArray())))
            .outbox(Outbox.in(Path.of(arguments[2])))
            .build()) {
      CompletionStage<SubscribeReceipt> subscribed =
          client.subscribe(
              arguments[3] + "/command",
              SubscribeOptions.DEFAULT.withQos(Qos.EXACTLY_ONCE).withManualAcknowledgement(true),
              this::handle);
      String session = client.connect().sessionPresent() ? "resumed" : "new";
      subscribed.toCompletableFuture().get();
      OUT.println(session);
      all.await();
      client.publish(arguments[3] + "/done", "done").delivered().toCompletableFuture().get();
      OUT.println("settled");
      new CountDownLatch(1).await();
    }
  }

  private void handle(ReceivedMessage command) {
    int number = Integer.parseInt(command.payloadText());
    if (number <= acknowledgeTo) {
      command.acknowledge();
      OUT.println("acknowledged " + number);
    } else {
      OUT.println("kept " + number);
    }
    if (number == lastNumber) {
      all.countDown();
    }
  }
}
