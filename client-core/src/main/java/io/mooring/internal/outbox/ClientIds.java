package io.mooring.internal.outbox;

import io.mooring.error.OutboxException;
import io.mooring.error.OutboxException.Reason;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Whose log it is. Packet Identifiers mean nothing under another client identifier. */
final class ClientIds {
  /** What every broker has to allow is 23 of these (MQTT 5, section 3.1.3.1). */
  private static final String ALPHABET =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private static final String PREFIX = "mooring";
  private static final int LENGTH = 23;

  private ClientIds() {}

  static String choose(Path folder, String wanted, Replay log, SecureRandom random) {
    String stored = log.clientId();
    if (wanted.isEmpty()) {
      return stored.isEmpty() ? invent(random) : stored;
    }
    int inFlight = log.session().flights().size();
    if (!stored.isEmpty() && !stored.equals(wanted) && inFlight > 0) {
      throw new OutboxException(
          Reason.WRONG_CLIENT,
          "Outbox "
              + folder
              + " belongs to client '"
              + stored
              + "', not to '"
              + wanted
              + "': "
              + inFlight
              + " QoS 2 messages are in flight under its session and could be delivered twice."
              + " Connect once as '"
              + stored
              + "' until they are delivered, or give '"
              + wanted
              + "' a folder of its own.");
    }
    return wanted;
  }

  private static String invent(SecureRandom random) {
    StringBuilder name = new StringBuilder(PREFIX);
    while (name.length() < LENGTH) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }
}
