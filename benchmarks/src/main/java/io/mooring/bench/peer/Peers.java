package io.mooring.bench.peer;

import java.io.IOException;
import java.security.GeneralSecurityException;

/** Makes the client that a process is there for; the classes of the others are never touched. */
public final class Peers {
  private Peers() {}

  /**
   * The client by its name in the report.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Peer open(String name, Target target) throws IOException, GeneralSecurityException {
    return switch (name) {
      case "mooring" -> new MooringPeer(target);
      case "hivemq" -> new HiveMqPeer(target);
      case "paho-jsse" -> new PahoPeer.Jsse(target);
      case "paho-bc" -> new PahoBcPeer(target);
      case "aws-crt" -> new CrtPeer(target);
      case "raw" -> new RawPeer(target);
      default -> throw new IllegalArgumentException("no client is called " + name);
    };
  }
}
