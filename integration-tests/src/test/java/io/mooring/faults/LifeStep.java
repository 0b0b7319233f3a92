package io.mooring.faults;

import io.mooring.Rotation;
import io.mooring.cli.Mooring;
import io.mooring.enrol.Enrolment;
import io.mooring.enrol.EstLogin;
import io.mooring.enrol.RequestedNames;
import io.mooring.enrol.rotation.PinSetEvent;
import io.mooring.enrol.rotation.RotationException;
import io.mooring.enrol.rotation.ScramRotation;
import io.mooring.error.MooringException;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.KeystoreUpdate;
import io.mooring.keystore.PinSetDocument;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.ScramKeyDerivation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** One step in the life of a device; its {@link #main} is going to be killed in the middle. */
enum LifeStep {
  /** Unpacks a bundle; the input is the bundle. */
  INSTALL,
  /** From the factory's certificate to one of the EST server. */
  ENROL,
  /** From there to the next one. */
  RENEW,
  /** To the password of which the input is the salt, which the broker has once it is staged. */
  SCRAM,
  /** The same, but the broker does not have it yet. */
  SCRAM_EARLY,
  /** To the pins of the document that is the input; the broker follows once they are staged. */
  PINS;

  static final String FACTORY = "Factory CA";
  static final String PASSWORD = "second";
  static final int ITERATIONS = 4096;

  private static final long PATIENCE_SECONDS = 30;

  /** Who runs the broker, and waits for what the device tells. */
  interface Operator {
    /** The step is about to begin. */
    void ready() throws Exception;

    /** The new material is on the disk of the device, beside the old. */
    void staged() throws Exception;
  }

  /**
   * Runs a step, says {@code ready} and {@code staged} and waits for a line of input after each,
   * and says {@code done}.
   *
   * <p>Arguments: name of the step, folder, port of the broker, URL of the EST server, PEM of its
   * authority, input.
   */
  public static void main(String[] arguments) throws Exception {
    LifeStep step = valueOf(arguments[0]);
    LifeDevice.Site site =
        new LifeDevice.Site(
            Path.of(arguments[1]),
            Integer.parseInt(arguments[2]),
            arguments[3],
            Path.of(arguments[4]));
    Path input = Path.of(arguments[5]);
    if (step == INSTALL) {
      say("ready");
      Mooring.main(
          new String[] {
            "bundle", "install", "--bundle", input.toString(), "--to", site.folder().toString()
          });
      return;
    }
    step.run(
        site,
        input,
        new Operator() {
          @Override
          public void ready() throws IOException {
            say("ready");
          }

          @Override
          public void staged() throws IOException {
            say("staged");
          }
        });
    System.out.println("done");
  }

  private static void say(String line) throws IOException {
    System.out.println(line);
    if (System.in.read() < 0) {
      throw new IOException("nobody answers");
    }
  }

  /** Starts the device and runs the step, from wherever it was cut off, to its end. */
  void run(LifeDevice.Site site, Path input, Operator operator) throws Exception {
    try (LifeDevice device = new LifeDevice(site)) {
      device.awaitConnected();
      device.publish();
      operator.ready();
      switch (this) {
        case INSTALL -> throw new IllegalArgumentException("a bundle is installed by main");
        case ENROL -> enrol(device);
        case RENEW -> {
          device.renewal.start(device.client);
          get(device.renewal.renewNow());
        }
        case SCRAM, SCRAM_EARLY -> rotateScram(device, input, operator);
        case PINS -> rotatePins(device, input, operator);
      }
      device.publish();
    }
  }

  /** A factory's certificate is for one enrolment; who has another one has enrolled. */
  private static void enrol(LifeDevice device) {
    X509Certificate leaf = device.store.identity().orElseThrow().certificateChain().get(0);
    if (!leaf.getIssuerX500Principal().getName().contains(FACTORY)) {
      return;
    }
    Enrolment.in(device.store)
        .enrol(
            device.est,
            EstLogin.certificate(device.store.identity().orElseThrow()),
            RequestedNames.subject("CN=" + LifeDevice.NAME),
            null,
            candidate -> device.client.rotate(Rotation.to(candidate)).toCompletableFuture().join());
  }

  /** The keys are on disk before the broker has them, so a crash costs neither side the other. */
  private void rotateScram(LifeDevice device, Path input, Operator operator) throws Exception {
    ScramKeys next = keys(input);
    ScramRotation scram = device.scram.orElseThrow();
    KeystoreUpdate.apply(device.file, device.password, edit -> edit.pendingScram().put(next));
    operator.staged();
    try {
      get(scram.rotate(next));
    } catch (ExecutionException e) {
      boolean refused =
          e.getCause() instanceof MooringException && !(e.getCause() instanceof RotationException);
      if (this != SCRAM_EARLY || !refused) {
        throw e;
      }
    }
  }

  static ScramKeys keys(Path salt) throws IOException {
    return ScramKeyDerivation.derive(
        "SCRAM-SHA-256",
        LifeDevice.NAME,
        Secret.of(PASSWORD.toCharArray()),
        HexFormat.of().parseHex(Files.readString(salt)),
        ITERATIONS);
  }

  private static void rotatePins(LifeDevice device, Path input, Operator operator)
      throws Exception {
    byte[] document = Files.readAllBytes(input);
    get(device.pins.offer(document));
    operator.staged();
    List<?> wanted = PinSetDocument.parse(document).pins();
    while (true) {
      try (Pkcs12Identity keystore = Pkcs12Identity.open(device.file, device.password)) {
        if (keystore.pins().equals(wanted)) {
          return;
        }
      }
      PinSetEvent event = device.pinEvents.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("the pins are not in force; " + device.client.state());
      }
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
