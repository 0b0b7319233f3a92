package io.mooring.examples.raspberrypi;

import io.mooring.Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the device is told when it starts; none of it is a secret.
 *
 * @param broker where to connect to
 * @param clientId the Client Identifier, one level of its topics
 * @param keystore the file with SCRAM keys, pins and authorities
 * @param storepassFile the file with the keystore's password
 * @param interval time between two readings until a command changes it
 * @param base the topic above the device's own
 * @param once end at the first failure instead of trying again
 * @param stopWithStdin end when standard input does
 */
record Settings(
    Endpoint broker,
    String clientId,
    Path keystore,
    Path storepassFile,
    Duration interval,
    String base,
    boolean once,
    boolean stopWithStdin) {

  static final String USAGE =
      """
      Usage: examples-raspberrypi OPTIONS
        --broker mqtts://HOST[:PORT]  or MOORING_BROKER
        --client-id ID                or MOORING_CLIENT_ID
        --keystore FILE               or MOORING_KEYSTORE        PKCS#12, mode 0600
        --storepass-file FILE         or MOORING_STOREPASS_FILE
        --interval SECONDS            or MOORING_INTERVAL        1 to 3600, default 30
        --base TOPIC                  or MOORING_BASE            default plant/7
        --once               end at the first failure instead of trying again
        --stop-with-stdin    end when standard input is closed\
      """;

  private static final Set<String> VALUES =
      Set.of("--broker", "--client-id", "--keystore", "--storepass-file", "--interval", "--base");
  private static final Set<String> FLAGS = Set.of("--once", "--stop-with-stdin");

  /**
   * Reads arguments, and the environment where an argument is not given.
   *
   * @throws IllegalArgumentException if something is missing, unknown or out of range
   */
  static Settings parse(List<String> args, Map<String, String> environment) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < args.size(); i++) {
      String option = args.get(i);
      if (FLAGS.contains(option)) {
        given.put(option, "");
      } else if (!VALUES.contains(option)) {
        throw new IllegalArgumentException("unknown option '" + option + "'");
      } else if (++i == args.size()) {
        throw new IllegalArgumentException(option + " needs a value");
      } else {
        given.put(option, args.get(i));
      }
    }
    VALUES.forEach(
        option -> {
          String value = environment.get(variable(option));
          if (value != null) {
            given.putIfAbsent(option, value);
          }
        });
    return new Settings(
        Endpoint.parse(require(given, "--broker")),
        topicLevel(require(given, "--client-id")),
        Path.of(require(given, "--keystore")),
        Path.of(require(given, "--storepass-file")),
        interval(given.getOrDefault("--interval", "30")),
        given.getOrDefault("--base", "plant/7"),
        given.containsKey("--once"),
        given.containsKey("--stop-with-stdin"));
  }

  /** A topic of this device: {@code base/clientId/rest}. */
  String topic(String rest) {
    return base + "/" + clientId + "/" + rest;
  }

  /** {@code --client-id} is {@code MOORING_CLIENT_ID}. */
  private static String variable(String option) {
    return "MOORING_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static String require(Map<String, String> given, String option) {
    String value = given.get(option);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(option + " or " + variable(option) + " is missing");
    }
    return value;
  }

  private static String topicLevel(String clientId) {
    if (!clientId.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "--client-id is 1 to 64 of A-Z a-z 0-9 . _ - since it is a level of topics; got '"
              + clientId
              + "'");
    }
    return clientId;
  }

  private static Duration interval(String seconds) {
    try {
      return ((Command.Interval)
              Command.parse("interval", seconds.getBytes(StandardCharsets.UTF_8)))
          .period();
    } catch (RefusedCommandException e) {
      throw new IllegalArgumentException("--" + e.getMessage(), e);
    }
  }
}
