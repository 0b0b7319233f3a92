package io.mooring.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.testkit.MosquittoProcess;
import io.mooring.testkit.RequiredTool;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A round trip through a broker that others wrote. */
@Timeout(60)
class MosquittoTest {
  @TempDir Path folder;

  @BeforeAll
  static void needMosquitto() {
    RequiredTool.orSkip("mosquitto");
    RequiredTool.orSkip("mosquitto_passwd");
  }

  @Test
  void password_carriesAMessageFromPubToSub() throws Exception {
    Path password = Cli.secret(folder.resolve("password"), "right\n");
    Path wrong = Cli.secret(folder.resolve("wrong"), "wrong\n");
    try (var broker = MosquittoProcess.builder().user("meter", "right").start()) {
      String[] who = {"--auth=password", "--user=meter", "--password-file=" + password};
      roundTrip(broker, broker.identity().writeRoot(folder.resolve("ca.pem")), who);
      Cli.run(
          ExitCode.REFUSED,
          "pub",
          "--broker=" + broker.uri(),
          "--ca=" + folder.resolve("ca.pem"),
          "--auth=password",
          "--user=meter",
          "--password-file=" + wrong,
          "--topic=t",
          "--message=m");
    }
  }

  @Test
  void certificate_carriesAMessageFromPubToSub() throws Exception {
    TestIdentity devices = TestCertificates.ca("Devices").create();
    TestIdentity device = devices.client("meter-0042");
    Path cert = device.writeChain(folder.resolve("cert.pem"));
    Path key = device.writeKey(folder.resolve("key.pem"));
    try (var broker =
        MosquittoProcess.builder()
            .requireClientCertificate(devices.root())
            .certificateIsUser()
            .start()) {
      String[] who = {"--auth=certificate", "--cert=" + cert, "--key=" + key};
      roundTrip(broker, broker.identity().writeRoot(folder.resolve("ca.pem")), who);
    }
  }

  @Test
  void keystore_holdsAllThatAConnectionNeeds() throws Exception {
    TestIdentity devices = TestCertificates.ca("Devices").create();
    TestIdentity device = devices.client("meter-0042");
    Path cert = device.writeChain(folder.resolve("cert.pem"));
    Path key = device.writeKey(folder.resolve("key.pem"));
    String[] store = {
      "--keystore=" + folder.resolve("device.p12"), "--storepass-file=" + folder.resolve("pass")
    };
    try (var broker =
        MosquittoProcess.builder()
            .requireClientCertificate(devices.root())
            .certificateIsUser()
            .start()) {
      Path ca = broker.identity().writeRoot(folder.resolve("ca.pem"));
      keystore("init", store, "--make-storepass");
      keystore("put-cert", store, "--cert=" + cert, "--key=" + key);
      keystore("put-ca", store, "--ca=" + ca);
      keystore(
          "put-pin", store, "--pin=" + broker.identity().spkiPin(), "--pin=" + devices.spkiPin());
      Cli run =
          Cli.run(
              ExitCode.DONE,
              "pub",
              "--broker=" + broker.uri(),
              store[0],
              store[1],
              "--topic=t",
              "--message=m",
              "--verbose");
      assertTrue(run.err().contains("pin " + broker.identity().spkiPin()), run::err);
    }
  }

  private static void keystore(String command, String[] store, String... more) {
    String[] all = new String[4 + more.length];
    all[0] = "keystore";
    all[1] = command;
    all[2] = store[0];
    all[3] = store[1];
    System.arraycopy(more, 0, all, 4, more.length);
    Cli.run(ExitCode.DONE, all);
  }

  private static void roundTrip(MosquittoProcess broker, Path ca, String[] who) throws Exception {
    Cli subscriber = Cli.with();
    CompletableFuture<Integer> ended =
        subscriber.start(
            "sub",
            "--broker=" + broker.uri(),
            "--ca=" + ca,
            who[0],
            who[1],
            who[2],
            "--topic=plant/#",
            "--count=1",
            "--timeout=30",
            "--format=json");
    Awaitility.await().until(() -> subscriber.err().contains("subscribed plant/#"));
    Cli.run(
        ExitCode.DONE,
        "pub",
        "--broker=" + broker.uri(),
        "--ca=" + ca,
        who[0],
        who[1],
        who[2],
        "--topic=plant/7",
        "--message=hello");
    assertEquals(0, ended.get(), subscriber::err);
    assertTrue(subscriber.out().contains("\"payload\":\"hello\""), subscriber::out);
  }
}
