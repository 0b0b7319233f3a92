package io.mooring.cli;

import io.mooring.ConnectionInfo;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** CONNECT, AUTH and CONNACK by the device's own client, and what the broker then offers. */
final class MqttStep {
  private static final int FEW_ITERATIONS = 10_000;

  /** The client's own deadline is the same, and says more: which phase was reached. */
  private static final Duration CLIENT_SPEAKS_FIRST = Duration.ofSeconds(1);

  private MqttStep() {}

  /** Returns what the connection rests on. */
  static ConnectionInfo examine(
      Findings findings, SecureMqttClient client, ConnectionWatch watch, Deadline deadline) {
    findings.enter("mqtt");
    ConnectionInfo info =
        watch.await(
            client.connectAsync(), deadline.left().plus(CLIENT_SPEAKS_FIRST), "The connection");
    findings.saw(
        "connected as "
            + info.clientId()
            + (info.serverProof() == null
                ? ", the broker rests on its certificate alone"
                : ", the broker proved itself by " + info.serverProof()));
    findings.saw(
        "Receive Maximum "
            + info.receiveMaximum()
            + ", Maximum Packet Size "
            + info.maximumPacketSize()
            + ", Maximum QoS "
            + info.maximumQos().code()
            + ", keep alive "
            + info.keepAlive().toSeconds()
            + " s");
    offered(findings, info);
    return info;
  }

  private static void offered(Findings findings, ConnectionInfo info) {
    List<String> missing = new ArrayList<>();
    if (info.maximumQos() != Qos.EXACTLY_ONCE) {
      missing.add("QoS above " + info.maximumQos().code());
    }
    if (!info.retainAvailable()) {
      missing.add("retained messages");
    }
    if (!info.wildcardSubscriptionAvailable()) {
      missing.add("wildcards");
    }
    if (!info.sharedSubscriptionAvailable()) {
      missing.add("shared subscriptions");
    }
    if (!info.subscriptionIdentifiersAvailable()) {
      missing.add("Subscription Identifiers");
    }
    if (missing.isEmpty()) {
      findings.saw(
          "retain, wildcards, shared subscriptions and Subscription Identifiers are offered");
    } else {
      findings.warn(
          ErrorCode.FEATURE_NOT_OFFERED,
          "The broker does not offer " + String.join(", ", missing) + ".");
    }
  }

  /** What the broker asked for in SCRAM, whether or not it came to an end. */
  static void iterations(Findings findings, OptionalInt asked) {
    asked.ifPresent(
        count -> {
          findings.saw("the broker asks for " + count + " PBKDF2 iterations");
          if (count < FEW_ITERATIONS) {
            findings.warn(
                ErrorCode.ITERATIONS_LOW,
                "The broker asks for "
                    + count
                    + " iterations; below "
                    + FEW_ITERATIONS
                    + " a password that a person chose can be guessed from what the broker stores.");
          }
        });
  }
}
