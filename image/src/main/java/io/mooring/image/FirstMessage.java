package io.mooring.image;

import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.Will;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.outbox.Outbox;
import io.mooring.policy.TopicPolicy;
import io.mooring.scram.Scram;
import io.mooring.tls.PinSet;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The least that a device does, and a little of everything: connects with certificate and SCRAM,
 * publishes at each QoS through an outbox, is commanded, and says goodbye. The classes that it
 * loads are the ones that an image's archive holds, and a tuned image is tried with it.
 */
public final class FirstMessage {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private FirstMessage() {}

  /** {@code FirstMessage BROKER CLIENT-ID KEYSTORE STOREPASS-FILE BASE OUTBOX-FOLDER}. */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 6) {
      System.err.println("usage: FirstMessage BROKER CLIENT-ID KEYSTORE STOREPASS BASE OUTBOX");
      System.exit(2);
    }
    long start = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
    String own = arguments[4] + "/" + arguments[1];
    try (Secret storepass = Secret.fromFile(Path.of(arguments[3]));
        Pkcs12Identity keystore = Pkcs12Identity.open(Path.of(arguments[2]), storepass);
        SecureMqttClient client = client(arguments, keystore)) {
      CountDownLatch commanded = new CountDownLatch(3);
      client.subscribe(own + "/command/+", command -> commanded.countDown());
      client.connect();
      publish(client, own + "/telemetry/first", Qos.AT_LEAST_ONCE);
      System.out.println(
          "First PUBACK " + (System.currentTimeMillis() - start) + " ms after the process began");
      for (Qos qos : Qos.values()) {
        publish(client, own + "/telemetry/more", qos);
        client.publish(Message.to(own + "/command/self").payload("1").qos(qos).build());
      }
      if (!commanded.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("The commands did not come back");
        System.exit(1);
      }
    }
    System.out.println("Done");
  }

  private static SecureMqttClient client(String[] arguments, Pkcs12Identity keystore) {
    return SecureMqttClient.builder()
        .broker(arguments[0])
        .clientId(arguments[1])
        .tls(TlsPolicy.trusting(keystore.authorities()).pinned(PinSet.of(keystore.pins())))
        .identity(keystore.identity())
        .connectTimeout(PATIENCE)
        .authenticate(Scram.keys(keystore.scram()))
        .topics(
            TopicPolicy.device(arguments[4] + "/{clientId}")
                .publish("telemetry/+", "state", "command/self")
                .subscribe("command/+"))
        .outbox(Outbox.in(Path.of(arguments[5])))
        .will(
            Will.of(
                Message.to(arguments[4] + "/" + arguments[1] + "/state").payload("off").build()))
        .build();
  }

  private static void publish(SecureMqttClient client, String topic, Qos qos) {
    client.publishAndWait(Message.to(topic).payload("21.5").qos(qos).build(), PATIENCE);
  }
}
