package io.mooring.cli;

import io.mooring.ConnectionState;
import io.mooring.Message;
import io.mooring.Qos;
import io.mooring.SecureMqttClient;
import io.mooring.SubscribeOptions.RetainHandling;
import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.SubscribeException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * May this device read everything, or what belongs to another? SUBACK alone does not say: Mosquitto
 * grants every SUBSCRIBE and checks at delivery. So where one is granted, the doctor publishes an
 * empty message of QoS 0 to a topic that nobody can guess and nobody uses, and sees whether it or
 * anything of others comes, for a moment and within the bounds of {@link Listening}.
 */
final class ReadingStep {
  /** Stands in the place of this device's name, and no device is called so. */
  static final String OTHER = "mooring-doctor-other";

  private static final String NOBODYS = "mooring-doctor";
  private static final int GUESSES_BITS = 128;
  private static final int MOST_PROBES = 5;
  private static final int LONGEST_TOPIC = 200;

  /** For UNSUBACK, beyond a round trip. */
  private static final Duration MARGIN = Duration.ofMillis(500);

  private final Findings findings;
  private final SecureMqttClient client;
  private final ConnectionWatch watch;
  private final Deadline deadline;
  private final DeliveryOptions delivery;
  private final OwnTopics own;
  private final SecureRandom random = new SecureRandom();
  private int probes;
  private boolean over;

  ReadingStep(
      Findings findings,
      SecureMqttClient client,
      ConnectionWatch watch,
      Deadline deadline,
      DeliveryOptions delivery,
      OwnTopics own) {
    this.findings = findings;
    this.client = client;
    this.watch = watch;
    this.deadline = deadline;
    this.delivery = delivery;
    this.own = own;
  }

  /**
   * Asks for {@code #}, and where that does not deliver for what belongs to another.
   *
   * @param others what the operator says belongs to another; nothing is published there
   */
  void examine(String clientId, List<String> topics, List<String> others) {
    if (isReadable("#", NOBODYS, ErrorCode.WILDCARD_GRANTED)) {
      return;
    }
    boolean named = !others.isEmpty();
    for (String filter : named ? others : derived(clientId, topics)) {
      String free = named ? null : filter.substring(0, filter.length() - "/#".length());
      isReadable(filter, free, ErrorCode.OTHER_SUBTREE_READABLE);
    }
  }

  /**
   * Whether there is something to warn of.
   *
   * @param free below which topic a message disturbs nobody, or null
   */
  private boolean isReadable(String filter, @Nullable String free, ErrorCode warning) {
    String asked = "the subscription to " + quoted(filter);
    if (over || deadline.left().compareTo(delivery.listen().plus(MARGIN)) < 0) {
      findings.saw(
          asked
              + " was not asked for: "
              + (over ? "the connection is over" : "--timeout is nearly over"));
      return false;
    }
    Listening listening = new Listening(client, watch, deadline, topic -> !own.test(topic));
    long begun = System.nanoTime();
    try {
      listening.begin(
          filter, delivery.retainedOf(filter) ? RetainHandling.SEND : RetainHandling.DO_NOT_SEND);
    } catch (SubscribeException e) {
      findings.saw(asked + " is refused");
      return false;
    } catch (MooringException e) {
      requireLost(e);
      findings.saw(asked + " is refused: the broker ended the connection. " + inWords(e));
      return false;
    }
    Duration roundTrip = Duration.ofNanos(System.nanoTime() - begun);
    String probe = free == null || !delivery.wanted() ? null : nextProbe(free);
    @Nullable String evidence = null;
    try {
      evidence =
          delivery.wanted()
              ? delivered(listening, probe, delivery.listen().plus(roundTrip))
              : ", and was not put to the test (--no-delivery)";
      over = !isTakenBack(listening, filter, evidence, roundTrip);
      return told(asked, listening, evidence, warning);
    } catch (MooringException e) {
      requireLost(e);
      if (evidence != null) {
        findings.warn(
            warning,
            sentence(asked)
                + " was granted"
                + evidence
                + ". The broker then ended the connection. "
                + inWords(e));
        return true;
      }
      String when =
          probe == null
              ? "while the doctor listened"
              : "at the doctor's message to " + quoted(probe) + ", outside of this device's topics";
      findings.warn(
          warning,
          sentence(asked)
              + " was granted. Whether it delivers was not seen: the broker ended the connection "
              + when
              + ". "
              + inWords(e));
      return true;
    }
  }

  /** A broker that delivers everything goes on until it has read UNSUBSCRIBE: not with '#'. */
  private boolean isTakenBack(
      Listening listening, String filter, @Nullable String evidence, Duration roundTrip) {
    if (evidence != null && delivery.wanted() && filter.equals("#")) {
      listening.hangUp();
      return false;
    }
    return listening.end(filter, roundTrip.plus(MARGIN));
  }

  private boolean told(
      String asked, Listening listening, @Nullable String evidence, ErrorCode warning) {
    String end =
        over
            ? " The doctor ended the connection, after " + listening.messages() + " messages."
            : " It was taken back at once.";
    if (evidence != null) {
      findings.warn(warning, sentence(asked) + " was granted" + evidence + "." + end);
      return true;
    }
    findings.saw(
        asked
            + " is granted, and in "
            + delivery.listen().toMillis()
            + " ms nothing came of others ("
            + listening.messages()
            + " of this device's own): the broker holds it back at delivery, as Mosquitto does, or"
            + " nobody published. --listen takes longer."
            + (over ? end : ""));
    return false;
  }

  /** What came that is not this device's own, or null. */
  private @Nullable String delivered(
      Listening listening, @Nullable String probe, Duration patience) {
    if (probe != null) {
      Message message = Message.to(probe).payload(new byte[0]).qos(Qos.AT_MOST_ONCE).build();
      watch.await(client.publish(message).delivered(), deadline.left(), "The doctor's message");
    }
    Listening.@Nullable Heard heard = listening.first(patience);
    if (heard == null) {
      return null;
    }
    String after = " after " + heard.after().toMillis() + " ms";
    return probe != null && heard.topic().equals(probe)
        ? " and delivers: the doctor's own message to "
            + quoted(probe)
            + ", outside of this device's topics, was taken and came back"
            + after
        : " and delivers: a "
            + (heard.retained() ? "retained " : "")
            + "message to "
            + quoted(heard.topic())
            + " came"
            + after;
  }

  private @Nullable String nextProbe(String free) {
    if (probes == MOST_PROBES) {
      return null;
    }
    probes++;
    byte[] bytes = new byte[GUESSES_BITS / Byte.SIZE];
    random.nextBytes(bytes);
    return free + "/" + HexFormat.of().formatHex(bytes);
  }

  /** A failure with the connection up is the doctor's own fault to tell, such as a timeout. */
  private void requireLost(MooringException failure) {
    if (client.state() instanceof ConnectionState.Connected) {
      throw failure;
    }
    over = true;
  }

  /** The same topics with another device in the place of this one. */
  static List<String> derived(String clientId, List<String> own) {
    return clientId.isEmpty()
        ? List.of()
        : own.stream()
            .filter(topic -> List.of(topic.split("/", -1)).contains(clientId))
            .map(topic -> exchanged(topic, clientId))
            .distinct()
            .toList();
  }

  private static String exchanged(String topic, String clientId) {
    StringBuilder other = new StringBuilder();
    for (String level : topic.split("/", -1)) {
      other.append(level.equals(clientId) ? OTHER : level).append('/');
      if (level.equals(clientId)) {
        return other.append('#').toString();
      }
    }
    return topic;
  }

  /** Of a broker's text, control characters are escaped where it is printed; it is bounded here. */
  private static String quoted(String topic) {
    int length = Math.min(topic.length(), LONGEST_TOPIC);
    return "'" + topic.substring(0, length) + (length < topic.length() ? "..." : "") + "'";
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static String inWords(MooringException failure) {
    return Terminal.inWords(failure);
  }
}
