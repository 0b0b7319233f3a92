package io.mooring.examples.esp32bridge;

import io.mooring.error.MooringException;
import io.mooring.examples.common.ServiceManager;
import io.mooring.examples.common.Shutdown;
import io.mooring.examples.esp32bridge.config.BridgeConfig;
import io.mooring.examples.esp32bridge.config.ConfigException;
import io.mooring.examples.esp32bridge.key.KeyCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The bridge as a program: {@code run}, {@code check} or {@code key}; see {@link #USAGE}. Holds no
 * password and listens on no port.
 */
public final class Esp32Bridge {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int USAGE_ERROR = 2;

  private static final String USAGE =
      """
      Usage:
        examples-esp32-bridge run --config FILE [--stop-with-stdin]
        examples-esp32-bridge check --config FILE
        examples-esp32-bridge key add DEVICE --keys FILE --storepass-file FILE --out FILE
        examples-esp32-bridge key list --keys FILE --storepass-file FILE
        examples-esp32-bridge key remove DEVICE --keys FILE --storepass-file FILE\
      """;

  private Esp32Bridge() {}

  /** Exit codes: 0 done or stopped by a signal, 1 failed, 2 usage or configuration. */
  public static void main(String[] args) throws InterruptedException {
    BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    boolean serves = args.length > 0 && args[0].equals("run");
    if (!serves) {
      System.exit(run(List.of(args), ends));
    }
    Shutdown shutdown = Shutdown.onSignal(() -> ends.add("signal"));
    int status = FAILED;
    try {
      status = run(List.of(args), ends);
    } finally {
      shutdown.ended(status);
    }
    System.exit(status);
  }

  private static int run(List<String> args, BlockingQueue<String> ends)
      throws InterruptedException {
    try {
      switch (args.isEmpty() ? "" : args.get(0)) {
        case "run" -> {
          return serve(args, ends);
        }
        case "check" -> {
          BridgeConfig config = BridgeConfig.read(configFile(args));
          System.out.println(Described.of(config));
          return DONE;
        }
        case "key" -> {
          KeyCommand.run(args.subList(1, args.size()), System.out);
          return DONE;
        }
        default -> throw new IllegalArgumentException("name one of run, check, key");
      }
    } catch (IllegalArgumentException e) {
      return failed(USAGE_ERROR, e.getMessage() + "\n\n" + USAGE);
    } catch (ConfigException e) {
      return failed(USAGE_ERROR, String.valueOf(e.getMessage()));
    } catch (MooringException | IOException e) {
      return failed(FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static int serve(List<String> args, BlockingQueue<String> ends)
      throws ConfigException, IOException, InterruptedException {
    BridgeConfig config = BridgeConfig.read(configFile(args));
    if (args.contains("--stop-with-stdin")) {
      Shutdown.atEndOfInput(() -> ends.add("standard input closed"));
    }
    ServiceManager manager = ServiceManager.of(System.getenv());
    Running bridge = Running.start(config, ends);
    String why;
    try {
      why = new Supervision(manager, bridge).untilEnd(ends);
      System.out.println("Stopping: " + why);
    } finally {
      bridge.close();
    }
    return why.startsWith(Running.FAULT) ? FAILED : DONE;
  }

  private static Path configFile(List<String> args) {
    List<String> rest = args.subList(1, args.size());
    int at = rest.indexOf("--config");
    for (String word : rest) {
      if (word.startsWith("--") && !Arrays.asList("--config", "--stop-with-stdin").contains(word)) {
        throw new IllegalArgumentException("unknown option '" + word + "'");
      }
    }
    if (at < 0 || at + 1 == rest.size()) {
      throw new IllegalArgumentException("--config FILE is missing");
    }
    return Path.of(rest.get(at + 1));
  }

  private static int failed(int status, String message) {
    System.out.flush();
    System.err.println("STOPPED: " + message);
    return status;
  }
}
