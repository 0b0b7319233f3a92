package io.mooring.demo;

import io.mooring.testkit.ScramCredential;
import io.mooring.testkit.ScramHash;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A user of the demo broker: a name, a role, and for each SCRAM hash what a server keeps of the
 * password, never the password itself.
 */
public final class DemoUser {
  private static final String SEPARATOR = " ";

  private final String name;
  private final Role role;
  private final Map<ScramHash, ScramCredential> credentials;

  private DemoUser(String name, Role role, Map<ScramHash, ScramCredential> credentials) {
    requireTopicLevel(name);
    this.name = name;
    this.role = role;
    this.credentials = new EnumMap<>(credentials);
  }

  /** What a user may do. */
  public enum Role {
    /** Its own subtree {@code base/name/#}; its client identifier must be its name. */
    DEVICE,
    /** The whole of {@code base/#}, under any client identifier. */
    OPERATOR
  }

  /**
   * Salts a password for SCRAM-SHA-256 and SCRAM-SHA-512. The caller wipes it afterwards.
   *
   * @throws IllegalArgumentException if the name cannot be one level of a topic
   */
  public static DemoUser of(String name, Role role, char[] password, int iterations) {
    Map<ScramHash, ScramCredential> credentials = new EnumMap<>(ScramHash.class);
    for (ScramHash hash : ScramHash.values()) {
      credentials.put(hash, ScramCredential.of(hash, password, iterations));
    }
    return new DemoUser(name, role, credentials);
  }

  /**
   * Reads {@link #toLine()}.
   *
   * @throws IllegalArgumentException if the line is not of that form
   */
  public static DemoUser parse(String line) {
    String[] fields = line.trim().split(SEPARATOR, -1);
    if (fields.length < 3) {
      throw new IllegalArgumentException(
          "A user has a name, a role and at least one credential, not "
              + fields.length
              + " fields");
    }
    Map<ScramHash, ScramCredential> credentials = new EnumMap<>(ScramHash.class);
    for (int i = 2; i < fields.length; i++) {
      ScramCredential credential = ScramCredential.parse(fields[i]);
      credentials.put(credential.hash(), credential);
    }
    return new DemoUser(fields[0], Role.valueOf(fields[1]), credentials);
  }

  /** One line of a users file: name, role, credentials, with a blank between them. */
  public String toLine() {
    StringBuilder line = new StringBuilder(name).append(SEPARATOR).append(role);
    credentials.values().forEach(each -> line.append(SEPARATOR).append(each.serialize()));
    return line.toString();
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The role. */
  public Role role() {
    return role;
  }

  /** The credential for a hash; empty if the user has none. */
  public Optional<ScramCredential> credential(ScramHash hash) {
    return Optional.ofNullable(credentials.get(hash));
  }

  /** Whether this is the password. */
  boolean matches(char[] password) {
    return credentials.values().stream().findFirst().filter(c -> c.matches(password)).isPresent();
  }

  /** Name and role. */
  @Override
  public String toString() {
    return "DemoUser[" + name + ", " + role + "]";
  }

  /**
   * A name becomes a level of a topic filter, where these characters would widen what it may do.
   *
   * @throws IllegalArgumentException if the name holds one of them, or is empty
   */
  private static void requireTopicLevel(String name) {
    if (!isTopicLevel(name)) {
      throw new IllegalArgumentException(
          "The name '" + name + "' cannot be a level of a topic: no blank, '/', '+', '#', '$'");
    }
  }

  static boolean isTopicLevel(String name) {
    return !name.isEmpty() && name.chars().noneMatch(c -> c <= ' ' || "/+#$".indexOf(c) >= 0);
  }
}
