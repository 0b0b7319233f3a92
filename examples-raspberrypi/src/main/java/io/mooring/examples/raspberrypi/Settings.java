package io.mooring.examples.raspberrypi;

import io.mooring.Endpoint;
import io.mooring.examples.raspberrypi.ConfigurationFile.Given;
import io.mooring.examples.raspberrypi.hardware.Wiring;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the device is told: by the command line, else by the environment, else by the configuration
 * file. None of it is a secret.
 *
 * @param broker where to connect to
 * @param clientId the Client Identifier, one level of its topics
 * @param base the topic above the device's own
 * @param keystore the file with SCRAM keys, pins and authorities
 * @param storepassFile the file with the keystore's password
 * @param outbox the folder for messages that wait, or null to hold them in memory
 * @param outboxBytes its bound
 * @param keepCommands how long the broker keeps commands while the device is away
 * @param mock simulate all hardware
 * @param wiring what is wired where
 * @param live what may change while the device runs
 * @param flags {@code --once} and the like
 * @param file the configuration file, or null if there is none
 */
record Settings(
    Endpoint broker,
    String clientId,
    String base,
    Path keystore,
    Path storepassFile,
    @Nullable Path outbox,
    long outboxBytes,
    Duration keepCommands,
    boolean mock,
    Wiring wiring,
    LiveSettings live,
    Set<String> flags,
    @Nullable Path file) {

  static final String USAGE =
      """
      Usage: examples-raspberrypi [--config FILE] OPTIONS
        --broker mqtts://HOST[:PORT]  or MOORING_BROKER
        --client-id ID                or MOORING_CLIENT_ID
        --keystore FILE               or MOORING_KEYSTORE        PKCS#12, mode 0600
        --storepass-file FILE         or MOORING_STOREPASS_FILE
        --interval SECONDS            or MOORING_INTERVAL        1 to 3600, default 30
        --base TOPIC                  or MOORING_BASE            default plant/7
        and each other setting of the configuration file, as --NAME VALUE
        --config FILE        the settings; what stands above goes before it
        --mock               simulate all hardware
        --check              read the settings, say what is wrong with them, and end
        --once               end at the first failure instead of trying again
        --stop-with-stdin    end when standard input is closed\
      """;

  private static final Set<String> NAMES =
      Collections.unmodifiableSet(
          new TreeSet<>(
              Set.of(
                  "broker",
                  "client-id",
                  "base",
                  "keystore",
                  "storepass-file",
                  "outbox",
                  "outbox-megabytes",
                  "platform",
                  "led",
                  "button",
                  "bme280",
                  "ds18b20",
                  "interval",
                  "command-deadline",
                  "keep-commands",
                  "keep-readings")));
  private static final Set<String> FLAGS =
      Set.of("--mock", "--check", "--once", "--stop-with-stdin");
  private static final String CONFIG = "--config";
  private static final long MEGABYTE = 1024 * 1024;
  private static final int HIGHEST_LINE = 53;

  /**
   * Reads arguments, environment and file.
   *
   * @throws SettingsException with every mistake that was found
   */
  static Settings parse(List<String> args, Map<String, String> environment)
      throws SettingsException {
    List<String> mistakes = new ArrayList<>();
    Map<String, Given> given = new HashMap<>();
    Set<String> flags = new TreeSet<>();
    Path file = arguments(args, given, flags, mistakes);
    for (String name : NAMES) {
      String variable = "MOORING_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
      String value = environment.get(variable);
      if (value != null) {
        given.putIfAbsent(name, new Given(value, variable + ":"));
      }
    }
    if (file != null) {
      ConfigurationFile.read(file, NAMES, mistakes).forEach(given::putIfAbsent);
    }
    Settings settings = new Reader(given, mistakes).settings(flags, file);
    if (settings == null || !mistakes.isEmpty()) {
      throw new SettingsException(mistakes);
    }
    return settings;
  }

  private static @Nullable Path arguments(
      List<String> args, Map<String, Given> given, Set<String> flags, List<String> mistakes) {
    Path file = null;
    for (int i = 0; i < args.size(); i++) {
      String option = args.get(i);
      if (FLAGS.contains(option)) {
        flags.add(option);
      } else if (!option.startsWith("--")
          || (!option.equals(CONFIG) && !NAMES.contains(option.substring(2)))) {
        mistakes.add("unknown option '" + option + "'");
      } else if (++i == args.size()) {
        mistakes.add(option + " needs a value");
      } else if (option.equals(CONFIG)) {
        file = Path.of(args.get(i));
      } else {
        given.put(option.substring(2), new Given(args.get(i), option));
      }
    }
    return file;
  }

  /** A topic of this device: {@code base/clientId/rest}. */
  String topic(String rest) {
    return base + "/" + clientId + "/" + rest;
  }

  boolean once() {
    return flags.contains("--once");
  }

  boolean stopWithStdin() {
    return flags.contains("--stop-with-stdin");
  }

  boolean checkOnly() {
    return flags.contains("--check");
  }

  /** The settings that only a restart can change, where {@code other} differs. */
  List<String> needsRestart(Settings other) {
    Map<String, Object> theirs = other.fixed();
    List<String> names = new ArrayList<>();
    fixed()
        .forEach(
            (name, value) -> {
              if (!value.equals(theirs.get(name))) {
                names.add(name);
              }
            });
    return names;
  }

  private Map<String, Object> fixed() {
    Map<String, Object> fixed = new TreeMap<>();
    fixed.put("broker", broker);
    fixed.put("client-id", clientId);
    fixed.put("base", base);
    fixed.put("keystore", keystore);
    fixed.put("storepass-file", storepassFile);
    fixed.put("outbox", Optional.ofNullable(outbox));
    fixed.put("outbox-megabytes", outboxBytes);
    fixed.put("keep-commands", keepCommands);
    fixed.put("platform", mock);
    fixed.put("led", List.of(wiring.led(), wiring.boardLed()));
    fixed.put("button", wiring.button());
    fixed.put("bme280", wiring.bme280());
    fixed.put("ds18b20", wiring.ds18b20());
    return fixed;
  }

  /** Turns texts into values, and mistakes into lines that say where and why. */
  private static final class Reader {
    private static final int OFF = -1;
    private static final int BOARD = -2;

    private final Map<String, Given> given;
    private final List<String> mistakes;

    Reader(Map<String, Given> given, List<String> mistakes) {
      this.given = given;
      this.mistakes = mistakes;
    }

    @Nullable Settings settings(Set<String> flags, @Nullable Path file) {
      Endpoint broker = required("broker", file, Endpoint::parse);
      String clientId = required("client-id", file, Reader::topicLevel);
      String base = optional("base", "plant/7", Reader::topic);
      Path keystore = required("keystore", file, Path::of);
      Path storepass = required("storepass-file", file, Path::of);
      Given outbox = given.get("outbox");
      Integer megabytes = optional("outbox-megabytes", "64", v -> whole(v, 1, 4096));
      String platform = optional("platform", "pi", v -> oneOf(v, "pi", "mock"));
      Wiring wiring = wiring();
      Integer interval = optional("interval", "30", v -> whole(v, 1, 3600, " seconds"));
      Integer deadline = optional("command-deadline", "5", v -> whole(v, 1, 60, " seconds"));
      Integer keepCommands = optional("keep-commands", "60", v -> whole(v, 1, 86_400, " seconds"));
      Integer keep = optional("keep-readings", "86400", v -> whole(v, 60, 2_592_000, " seconds"));
      if (broker == null
          || clientId == null
          || base == null
          || keystore == null
          || storepass == null
          || megabytes == null
          || wiring == null
          || interval == null
          || deadline == null
          || keepCommands == null
          || keep == null) {
        return null;
      }
      return new Settings(
          broker,
          clientId,
          base,
          keystore,
          storepass,
          outbox == null ? null : Path.of(outbox.value()),
          megabytes * MEGABYTE,
          Duration.ofSeconds(keepCommands),
          flags.contains("--mock") || "mock".equals(platform),
          wiring,
          new LiveSettings(
              Duration.ofSeconds(interval), Duration.ofSeconds(deadline), Duration.ofSeconds(keep)),
          flags,
          file);
    }

    private @Nullable Wiring wiring() {
      Integer led = optional("led", "off", v -> v.equals("board") ? BOARD : line(v));
      Integer button = optional("button", "off", Reader::line);
      Integer bme280 = optional("bme280", "off", Reader::i2cPlace);
      String ds18b20 = optional("ds18b20", "off", v -> oneOf(v, "on", "off"));
      if (led == null || button == null || bme280 == null || ds18b20 == null) {
        return null;
      }
      if (led >= 0 && led.equals(button)) {
        mistakes.add(place("button") + " is on line " + led + ", where the LED is");
      }
      return new Wiring(
          present(led), led == BOARD, present(button), present(bme280), ds18b20.equals("on"));
    }

    private static OptionalInt present(int number) {
      return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private <T> @Nullable T required(String name, @Nullable Path file, Function<String, T> parser) {
      Given value = given.get(name);
      if (value == null || value.value().isEmpty()) {
        String variable = "MOORING_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        mistakes.add(
            file == null
                ? "--" + name + " or " + variable + " is missing"
                : file + ": " + name + " is missing; write a line '" + name + " = ...'");
        return null;
      }
      return parsed(value, parser);
    }

    private <T> @Nullable T optional(String name, String otherwise, Function<String, T> parser) {
      return parsed(given.getOrDefault(name, new Given(otherwise, name)), parser);
    }

    private <T> @Nullable T parsed(Given value, Function<String, T> parser) {
      try {
        return parser.apply(value.value());
      } catch (IllegalArgumentException e) {
        mistakes.add(value.place() + " " + e.getMessage());
        return null;
      }
    }

    private String place(String name) {
      Given value = given.get(name);
      return value == null ? name : value.place();
    }

    private static String topicLevel(String clientId) {
      return matching(
          clientId,
          "[A-Za-z0-9._-]{1,64}",
          "is 1 to 64 of A-Z a-z 0-9 . _ - since it is a level of topics");
    }

    private static String topic(String base) {
      return matching(
          base, "[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+){0,7}", "is 1 to 8 levels of A-Z a-z 0-9 . _ -");
    }

    private static String matching(String value, String pattern, String rule) {
      if (!value.matches(pattern)) {
        throw new IllegalArgumentException(rule + "; got '" + Command.printable(value) + "'");
      }
      return value;
    }

    private static String oneOf(String value, String... choices) {
      if (!List.of(choices).contains(value)) {
        throw expected(String.join(" or ", choices), value);
      }
      return value;
    }

    private static int line(String value) {
      if (value.equals("off")) {
        return OFF;
      }
      try {
        return whole(value, 0, HIGHEST_LINE);
      } catch (IllegalArgumentException e) {
        throw expected("off or the number of a line, 0 to " + HIGHEST_LINE, value);
      }
    }

    /** {@code 1:0x76}: bus and address. */
    private static int i2cPlace(String value) {
      if (value.equals("off")) {
        return OFF;
      }
      if (!value.matches("[0-9]{1,2}:0x7[67]")) {
        throw expected("off or BUS:ADDRESS with the address 0x76 or 0x77, as 1:0x76", value);
      }
      int colon = value.indexOf(':');
      return Integer.parseInt(value.substring(0, colon)) << Byte.SIZE
          | Integer.decode(value.substring(colon + 1));
    }

    private static int whole(String value, int least, int most) {
      return whole(value, least, most, " numbers");
    }

    private static int whole(String value, int least, int most, String unit) {
      // Bounded before it is a number: nine digits cannot overflow.
      if (value.matches("[0-9]{1,9}")) {
        int number = Integer.parseInt(value);
        if (number >= least && number <= most) {
          return number;
        }
      }
      throw expected("whole" + unit + " from " + least + " to " + most, value);
    }

    private static IllegalArgumentException expected(String what, String got) {
      return new IllegalArgumentException(
          "takes " + what + ", not '" + Command.printable(got) + "'");
    }
  }
}
