package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.testkit.ConnectProxy;
import io.mooring.testkit.MqttPackets;
import io.mooring.testkit.OcspResponses;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.Script;
import io.mooring.testkit.ScriptedBroker;
import io.mooring.testkit.SoftHsm;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes wrong on a bench, each made for real, and what the doctor has to say to it. */
final class DoctorFaults {
  /** How a fault is made. */
  interface Making {
    Made make(Bench bench) throws Exception;
  }

  /** The options that meet the fault, and what is to be closed behind it. */
  record Made(List<String> options, @Nullable AutoCloseable broker) {}

  /**
   * One fault.
   *
   * @param evidence what the message has to name
   */
  record Fault(
      String name, String broker, ErrorCode code, ExitCode exit, String evidence, Making making) {}

  /** The one fault that takes another clock. */
  static final String UNSET_CLOCK = "clock: it stands at 1970";

  private static final String HIVE = "HiveMQ CE";
  private static final String MOSQUITTO = "Mosquitto";
  private static final String SCRIPTED = "scripted";
  private static final String OPENSSL = "openssl s_server";
  private static final String NONE = "none";
  private static final String SCRAM = ScramHash.SHA_256.mechanism();

  private final List<Fault> faults = new ArrayList<>();

  private DoctorFaults() {}

  static List<Fault> all() {
    DoctorFaults all = new DoctorFaults();
    all.network();
    all.ports();
    all.proxy();
    all.staple();
    all.tls();
    all.brokerCertificate();
    all.deviceCertificate();
    all.login();
    all.scram();
    all.mqtt();
    all.permissions();
    all.keys();
    all.disk();
    return List.copyOf(all.faults);
  }

  private void network() {
    add(
        UNSET_CLOCK,
        NONE,
        ErrorCode.CLOCK_NOT_SET,
        ExitCode.TLS,
        "1970-01-01",
        bench -> at("mqtts://localhost:8883", List.of()));
    add(
        "DNS: the name does not exist",
        NONE,
        ErrorCode.NAME_NOT_RESOLVED,
        ExitCode.NETWORK,
        "no-such-broker.invalid",
        bench -> at("mqtts://no-such-broker.invalid:8883", List.of()));
    add(
        "port: nothing listens",
        NONE,
        ErrorCode.CONNECTION_REFUSED,
        ExitCode.NETWORK,
        "refused",
        bench -> at("mqtts://localhost:" + Bench.freePort(), List.of()));
  }

  private void ports() {
    add(
        "port: the plaintext listener",
        MOSQUITTO,
        ErrorCode.CLOSED_BEFORE_TLS,
        ExitCode.NETWORK,
        "without a word of TLS",
        bench ->
            at(
                "mqtts://localhost:" + bench.plaintextPort,
                bench.trusting(bench.passwords.identity())));
    add(
        "port: MQTT in the clear answers",
        SCRIPTED,
        ErrorCode.NOT_TLS,
        ExitCode.TLS,
        "does not speak TLS",
        bench -> plain(bench, MqttPackets.connack(false, 0x81)));
    add(
        "proxy: a captive portal answers in the broker's stead",
        SCRIPTED,
        ErrorCode.NOT_TLS,
        ExitCode.TLS,
        "HTTP/1.1 302",
        bench -> plain(bench, Bench.ascii("HTTP/1.1 302 Found\r\n\r\n")));
    add(
        "port: something that waits in silence",
        SCRIPTED,
        ErrorCode.HANDSHAKE_TIMED_OUT,
        ExitCode.NETWORK,
        "TLS did not finish",
        bench -> {
          ScriptedBroker broker = ScriptedBroker.builder().silent().start();
          return at(broker, with(bench.trusting(broker.identity()), "--timeout=1"));
        });
  }

  private void proxy() {
    tunnel(
        "proxy: it wants a login",
        ErrorCode.PROXY_AUTHENTICATION,
        "407",
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
    tunnel(
        "proxy: it forbids the broker's port",
        ErrorCode.PROXY_REFUSED,
        "403 Forbidden",
        "HTTP/1.1 403 Forbidden\r\n\r\n");
    tunnel(
        "proxy: it does not reach the broker",
        ErrorCode.PROXY_CANNOT_REACH_BROKER,
        "502",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n");
    tunnel(
        "proxy: the port is that of another service",
        ErrorCode.NOT_A_PROXY,
        "SSH-2.0",
        "SSH-2.0-OpenSSH_9.2\r\n");
    tunnel("proxy: it hangs up", ErrorCode.PROXY_HUNG_UP, "without an answer", "");
    add(
        "proxy: it is silent",
        NONE,
        ErrorCode.PROXY_TIMED_OUT,
        ExitCode.NETWORK,
        "did not open the tunnel",
        bench -> through(ConnectProxy.waitingAfter(""), List.of("--timeout=1")));
    add(
        "proxy: it is dead",
        NONE,
        ErrorCode.PROXY_UNREACHABLE,
        ExitCode.NETWORK,
        "refused",
        bench ->
            at(
                "mqtts://broker.invalid:8883",
                List.of("--proxy=http://localhost:" + Bench.freePort())));
  }

  private void tunnel(String name, ErrorCode code, String evidence, String answer) {
    add(
        name,
        NONE,
        code,
        ExitCode.NETWORK,
        evidence,
        bench -> through(ConnectProxy.answering(answer), List.of()));
  }

  private static Made through(ConnectProxy proxy, List<String> options) {
    return new Made(
        with(
            List.of(
                "--broker=mqtts://broker.invalid:8883", "--proxy=http://localhost:" + proxy.port()),
            options),
        proxy);
  }

  private void staple() {
    add(
        "certificate: the staple says revoked",
        OPENSSL,
        ErrorCode.CERTIFICATE_REVOKED,
        ExitCode.TLS,
        "is revoked since",
        bench -> stapling(bench, false, "--timeout=5"));
    add(
        "certificate: a staple is required, and the broker has none",
        MOSQUITTO,
        ErrorCode.STAPLE_MISSING,
        ExitCode.TLS,
        "sent no OCSP response",
        bench ->
            at(
                bench.passwords.uri(),
                with(bench.trusting(bench.passwords.identity()), List.of("--require-staple"))));
    add(
        "certificate: a staple is required, and the broker's is out of date",
        OPENSSL,
        ErrorCode.STAPLE_NOT_GOOD,
        ExitCode.TLS,
        "out of date",
        bench -> stapling(bench, true, "--require-staple"));
  }

  private static Made stapling(Bench bench, boolean stale, String option) throws IOException {
    TestIdentity ca = TestCertificates.ca("Stapling CA").create();
    TestIdentity broker = ca.server("localhost");
    Instant now = Instant.now();
    OcspResponses response = OcspResponses.of(broker, ca);
    response =
        stale
            ? response.valid(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(8)))
            : response.revoked(now.minus(Duration.ofDays(1)));
    StaplingServer server = StaplingServer.start(bench, broker, response.der());
    return new Made(
        with(with(List.of("--broker=" + server.uri()), bench.trusting(broker)), List.of(option)),
        server);
  }

  private void tls() {
    add(
        "TLS: the broker wants TLS 1.1",
        SCRIPTED,
        ErrorCode.TLS_VERSION,
        ExitCode.TLS,
        "protocol_version",
        bench -> plain(bench, new byte[] {0x15, 3, 2, 0, 2, 2, 70}));
    add(
        "TLS: the broker has only CBC suites",
        SCRIPTED,
        ErrorCode.NO_COMMON_SUITE,
        ExitCode.TLS,
        "handshake_failure",
        bench -> {
          ScriptedBroker broker =
              ScriptedBroker.builder()
                  .protocols("TLSv1.2")
                  .cipherSuites("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")
                  .onEveryConnection(Script.record())
                  .start();
          return at(broker, bench.trusting(broker.identity()));
        });
  }

  private void brokerCertificate() {
    add(
        "certificate: expired",
        SCRIPTED,
        ErrorCode.CERTIFICATE_EXPIRED,
        ExitCode.TLS,
        "expired on",
        bench ->
            showing(
                bench,
                TestCertificates.ca("CA")
                    .create()
                    .issues("localhost")
                    .dns("localhost")
                    .serverAuth()
                    .expired()
                    .create()));
    add(
        "certificate: not yet valid",
        SCRIPTED,
        ErrorCode.CERTIFICATE_NOT_YET_VALID,
        ExitCode.TLS,
        "is not valid before",
        bench ->
            showing(
                bench,
                TestCertificates.ca("CA")
                    .create()
                    .issues("localhost")
                    .dns("localhost")
                    .serverAuth()
                    .notYetValid()
                    .create()));
    add(
        "certificate: of an authority that is not trusted",
        MOSQUITTO,
        ErrorCode.UNKNOWN_AUTHORITY,
        ExitCode.TLS,
        "No path leads",
        bench -> at(bench.passwords.uri(), bench.trusting(bench.devices)));
    add(
        "certificate: a client's",
        SCRIPTED,
        ErrorCode.CERTIFICATE_WRONG_USAGE,
        ExitCode.TLS,
        "lacks serverAuth",
        bench ->
            showing(
                bench,
                TestCertificates.ca("CA")
                    .create()
                    .issues("localhost")
                    .dns("localhost")
                    .clientAuth()
                    .create()));
    add(
        "name: the certificate is for another host",
        SCRIPTED,
        ErrorCode.HOST_NAME_MISMATCH,
        ExitCode.TLS,
        "broker.example",
        bench -> showing(bench, TestCertificates.ca("CA").create().server("broker.example")));
    add(
        "pin: another key",
        HIVE,
        ErrorCode.PIN_MISMATCH,
        ExitCode.TLS,
        "None of 2 pins matched",
        bench ->
            at(
                bench.hive.uri(),
                with(
                    bench.trusting(bench.hive.identity()),
                    "--pin=" + bench.devices.spkiPin(),
                    "--pin=" + bench.passwords.identity().spkiPin())));
    add(
        "pin: a self-signed broker with another key than pinned",
        SCRIPTED,
        ErrorCode.PIN_MISMATCH,
        ExitCode.TLS,
        "1 pin matched",
        bench -> {
          ScriptedBroker broker =
              Bench.showing(TestCertificates.selfSigned("localhost").dns("localhost").create());
          return at(broker, List.of("--pin-only", "--pin=" + bench.devices.spkiPin()));
        });
  }

  private void deviceCertificate() {
    add(
        "client certificate: wanted, and there is none",
        MOSQUITTO,
        ErrorCode.CLIENT_CERTIFICATE_REQUIRED,
        ExitCode.REFUSED,
        "certificate_required",
        bench -> at(bench.certificates.uri(), bench.trusting(bench.certificates.identity())));
    add(
        "client certificate: of an authority unknown to the broker",
        MOSQUITTO,
        ErrorCode.CLIENT_CERTIFICATE_UNKNOWN_CA,
        ExitCode.REFUSED,
        "unknown_ca",
        bench -> certified(bench, TestCertificates.ca("Foreign").create().client(Bench.USER)));
    add(
        "client certificate: expired",
        MOSQUITTO,
        ErrorCode.CLIENT_CERTIFICATE_EXPIRED,
        ExitCode.REFUSED,
        "certificate_expired",
        bench ->
            certified(bench, bench.devices.issues(Bench.USER).clientAuth().expired().create()));
  }

  private void login() {
    add(
        "password: wrong, SCRAM",
        HIVE,
        ErrorCode.NOT_AUTHORIZED,
        ExitCode.REFUSED,
        "during SCRAM-SHA-256",
        bench ->
            at(
                bench.hive.uri(),
                with(
                    bench.trusting(bench.hive.identity()),
                    bench.password("scram-sha-256", "canary-wrong"))));
    add(
        "password: wrong, shown to the broker",
        MOSQUITTO,
        ErrorCode.NOT_AUTHORIZED,
        ExitCode.REFUSED,
        "0x87",
        bench ->
            at(
                bench.passwords.uri(),
                with(
                    bench.trusting(bench.passwords.identity()),
                    bench.password("password", "canary-wrong"))));
    add(
        "method: SCRAM at a broker without",
        MOSQUITTO,
        ErrorCode.BAD_AUTHENTICATION_METHOD,
        ExitCode.REFUSED,
        "0x8C",
        bench ->
            at(
                bench.passwords.uri(),
                with(
                    bench.trusting(bench.passwords.identity()),
                    bench.password("scram-sha-256", Bench.PASSWORD))));
  }

  private void scram() {
    add(
        "iterations: below the floor",
        SCRIPTED,
        ErrorCode.ITERATIONS_TOO_LOW,
        ExitCode.SERVER_PROOF,
        "1,000",
        bench ->
            scripted(
                bench,
                wire -> {
                  Bench.challenge(wire, 1_000);
                  wire.readUntilClosed();
                }));
    add(
        "iterations: above the limit",
        SCRIPTED,
        ErrorCode.ITERATIONS_TOO_HIGH,
        ExitCode.SERVER_PROOF,
        "100,001",
        bench ->
            scripted(
                bench,
                wire -> {
                  Bench.challenge(wire, 100_001);
                  wire.readUntilClosed();
                }));
    add(
        "proof: the broker's signature is wrong",
        SCRIPTED,
        ErrorCode.SERVER_SIGNATURE_WRONG,
        ExitCode.SERVER_PROOF,
        "signature is wrong",
        bench ->
            scripted(
                bench,
                wire -> {
                  Bench.challenge(wire, 4_096);
                  wire.expectAuth();
                  wire.connack(SCRAM, Bench.ascii("v=" + "A".repeat(43) + "="));
                  wire.readUntilClosed();
                }));
    add(
        "proof: the broker skips SCRAM",
        SCRIPTED,
        ErrorCode.SERVER_SKIPPED_PROOF,
        ExitCode.SERVER_PROOF,
        "without proving itself",
        bench ->
            scripted(
                bench,
                wire -> {
                  wire.expectConnect();
                  wire.connack();
                  wire.readUntilClosed();
                }));
    add(
        "proof: another nonce comes back",
        SCRIPTED,
        ErrorCode.SCRAM_MALFORMED,
        ExitCode.SERVER_PROOF,
        "server-first-message",
        bench ->
            scripted(
                bench,
                wire -> {
                  wire.expectConnect();
                  wire.auth(
                      MqttPackets.CONTINUE_AUTHENTICATION,
                      SCRAM,
                      Bench.ascii("r=otherotherother,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
                  wire.readUntilClosed();
                }));
  }

  private void mqtt() {
    add(
        "version: a broker of MQTT 3.1.1",
        SCRIPTED,
        ErrorCode.MQTT_VERSION,
        ExitCode.REFUSED,
        "MQTT 3.1.1",
        bench ->
            scripted(
                bench,
                wire -> {
                  wire.expectConnect();
                  wire.send(new byte[] {0x20, 2, 0, 1});
                  wire.readUntilClosed();
                }));
    add(
        "MQTT: no answer to CONNECT",
        SCRIPTED,
        ErrorCode.NO_CONNACK,
        ExitCode.NETWORK,
        "TCP and TLS succeeded",
        bench -> scripted(bench, wire -> wire.readUntilClosed(), "--timeout=1"));
    add(
        "MQTT: the Client Identifier is refused",
        SCRIPTED,
        ErrorCode.CLIENT_IDENTIFIER,
        ExitCode.REFUSED,
        "0x85",
        bench -> refusing(bench, 0x85));
    add(
        "MQTT: the broker is busy",
        SCRIPTED,
        ErrorCode.BROKER_BUSY,
        ExitCode.REFUSED,
        "0x89",
        bench -> refusing(bench, 0x89));
    add(
        "MQTT: the device is banned",
        SCRIPTED,
        ErrorCode.BANNED,
        ExitCode.REFUSED,
        "0x8A",
        bench -> refusing(bench, 0x8A));
    add(
        "MQTT: PUBLISH before CONNACK",
        SCRIPTED,
        ErrorCode.PROTOCOL_VIOLATION,
        ExitCode.PROTOCOL_VIOLATION,
        "before CONNACK",
        bench ->
            scripted(
                bench,
                wire -> {
                  wire.expectConnect();
                  wire.publish("t", new byte[0]);
                  wire.readUntilClosed();
                }));
  }

  private void permissions() {
    add(
        "permission: publish",
        HIVE,
        ErrorCode.PUBLISH_NOT_PERMITTED,
        ExitCode.MESSAGE_REFUSED,
        "plant/7/another",
        bench -> loggedIn(bench, "--topic=plant/7/another/telemetry"));
    add(
        "permission: subscribe",
        HIVE,
        ErrorCode.SUBSCRIBE_NOT_PERMITTED,
        ExitCode.MESSAGE_REFUSED,
        "plant/7/another",
        bench -> loggedIn(bench, "--filter=plant/7/another/#"));
  }

  private void keys() {
    add(
        "keystore: missing",
        NONE,
        ErrorCode.KEY_FILE_MISSING,
        ExitCode.CREDENTIAL,
        "does not exist",
        bench ->
            at(
                bench.hive.uri(),
                List.of(
                    "--keystore=" + bench.file("none.p12"),
                    "--storepass-file=" + bench.secret(Bench.STOREPASS))));
    add(
        "keystore: wrong password",
        NONE,
        ErrorCode.WRONG_PASSWORD,
        ExitCode.CREDENTIAL,
        "does not open",
        bench -> keystore(bench, "canary-wrong", "rw-------"));
    add(
        "keystore: open to others",
        NONE,
        ErrorCode.KEY_FILE_TOO_OPEN,
        ExitCode.CREDENTIAL,
        "rw-r--r--",
        bench -> keystore(bench, Bench.STOREPASS, "rw-r--r--"));
    add(
        "keystore: key and certificate of two devices",
        NONE,
        ErrorCode.KEY_MISMATCH,
        ExitCode.CREDENTIAL,
        "does not belong",
        bench -> {
          TestIdentity one = bench.devices.client("one");
          return at(
              bench.certificates.uri(),
              List.of(
                  "--cert=" + one.writeChain(bench.file("cert.pem")),
                  "--key=" + bench.devices.client("two").writeKey(bench.file("key.pem"))));
        });
    add(
        "token: wrong PIN",
        NONE,
        ErrorCode.PIN_INCORRECT,
        ExitCode.CREDENTIAL,
        "CKR_PIN_INCORRECT",
        bench -> {
          SoftHsm.shared().initToken("doctor-1");
          return token(bench, "doctor-1", "canary-wrong");
        });
    add(
        "token: not there",
        NONE,
        ErrorCode.TOKEN_MISSING,
        ExitCode.CREDENTIAL,
        "is in no slot",
        bench -> {
          SoftHsm.shared().initToken("doctor-2");
          return token(bench, "doctor-3", Bench.PIN);
        });
  }

  private void disk() {
    add(
        "disk: the outbox is open to others",
        NONE,
        ErrorCode.OUTBOX_FOLDER,
        ExitCode.OUTBOX,
        "open to others",
        bench ->
            outbox(
                bench,
                folder ->
                    Files.setPosixFilePermissions(
                        folder, PosixFilePermissions.fromString("rwxrwxrwx"))));
    add(
        "disk: the outbox's records are damaged",
        NONE,
        ErrorCode.OUTBOX_DAMAGED,
        ExitCode.OUTBOX,
        "is damaged",
        bench -> outbox(bench, DoctorFaults::damage));
  }

  private void add(
      String name, String broker, ErrorCode code, ExitCode exit, String evidence, Making making) {
    faults.add(new Fault(name, broker, code, exit, evidence, making));
  }

  private static Made at(String broker, List<String> options) {
    return new Made(with(List.of("--broker=" + broker), options), null);
  }

  private static Made at(ScriptedBroker broker, List<String> options) {
    return new Made(with(List.of("--broker=" + broker.uri()), options), broker);
  }

  /** Whoever connects is answered with these bytes, TLS or not. */
  private static Made plain(Bench bench, byte[] answer) throws IOException {
    ScriptedBroker broker =
        ScriptedBroker.builder()
            .plaintext()
            .onConnection(Script.record())
            .onEveryConnection(
                wire -> {
                  wire.send(answer);
                  wire.stall();
                })
            .start();
    return at(broker, bench.trusting(bench.devices));
  }

  private static Made showing(Bench bench, TestIdentity identity) throws IOException {
    return at(Bench.showing(identity), bench.trusting(identity));
  }

  private static Made certified(Bench bench, TestIdentity device) throws IOException {
    return at(
        bench.certificates.uri(),
        with(bench.trusting(bench.certificates.identity()), bench.certificate(device)));
  }

  private static Made scripted(Bench bench, Script script, String... more) throws IOException {
    ScriptedBroker broker = Bench.thirdConnection(script);
    List<String> options =
        with(bench.trusting(broker.identity()), bench.password("scram-sha-256", Bench.PASSWORD));
    return at(broker, with(options, more));
  }

  private static Made refusing(Bench bench, int reason) throws IOException {
    return scripted(
        bench,
        wire -> {
          wire.expectConnect();
          wire.connack(reason);
          wire.readUntilClosed();
        });
  }

  private static Made loggedIn(Bench bench, String... more) throws IOException {
    List<String> options =
        with(
            bench.trusting(bench.hive.identity()), bench.password("scram-sha-256", Bench.PASSWORD));
    return at(bench.hive.uri(), with(options, more));
  }

  private static Made keystore(Bench bench, String password, String mode) throws Exception {
    TestIdentity device = bench.devices.client(Bench.USER);
    Path file = device.writeKeyStore(bench.file("device.p12"), Bench.STOREPASS.toCharArray());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return at(
        bench.hive.uri(),
        List.of("--keystore=" + file, "--storepass-file=" + bench.secret(password)));
  }

  private static Made token(Bench bench, String label, String pin) throws IOException {
    return at(
        bench.certificates.uri(),
        List.of(
            "--auth=certificate",
            "--pkcs11-library=" + SoftHsm.shared().library(),
            "--token-label=" + label,
            "--pin-file=" + bench.secret(pin)));
  }

  /** What is done to a sound outbox. */
  private interface Harm {
    void to(Path folder) throws IOException;
  }

  private static Made outbox(Bench bench, Harm harm) throws Exception {
    Path folder = bench.outboxWithOneMessage();
    harm.to(folder);
    return at(bench.hive.uri(), List.of("--outbox=" + folder));
  }

  /** A byte near the end, where the message stands, is another one. */
  private static void damage(Path folder) throws IOException {
    Path segment;
    try (var files = Files.list(folder)) {
      segment =
          files.filter(file -> file.toString().endsWith(".log")).sorted().findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length - 30] ^= 0x55;
    Files.write(segment, bytes);
  }

  private static List<String> with(List<String> options, List<String> more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(more);
    return all;
  }

  private static List<String> with(List<String> options, String... more) {
    return with(options, List.of(more));
  }
}
