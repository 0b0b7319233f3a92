package io.mooring.it;

import io.mooring.SecureMqttClient;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.EstEndpoint;
import io.mooring.enrol.IdentityStore;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.rotation.CertificateRenewal;
import io.mooring.identity.Secret;
import io.mooring.tls.TlsPolicy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A device that is going to be killed: connects with what its keystore holds, prints {@code
 * connected}, and renews its certificate again and again, printing {@code renewed} each time.
 *
 * <p>Arguments: port of the broker, PEM of its authority, keystore, URL of the EST server, PEM of
 * its authority.
 */
final class RenewingDevice {
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private RenewingDevice() {}

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[2]);
    EstClient est =
        EstClient.of(EstEndpoint.parse(arguments[3]), TlsPolicy.trusting(Path.of(arguments[4])));
    try (Secret password = Secret.of(RenewalTest.STOREPASS.toCharArray());
        IdentityStore store = KeystoreFileStore.open(file, password);
        CertificateRenewal renewal =
            CertificateRenewal.builder(store, est, file.resolveSibling("renewal")).build();
        SecureMqttClient device =
            SecureMqttClient.builder()
                .broker("mqtts://localhost:" + arguments[0])
                .clientId("meter-0042")
                .connectTimeout(Duration.ofSeconds(20))
                .tls(TlsPolicy.trusting(Path.of(arguments[1])))
                .identity(renewal.identity())
                .build()) {
      device.connect();
      OUT.println("connected");
      renewal.start(device);
      while (true) {
        renewal.renewNow().toCompletableFuture().get(60, TimeUnit.SECONDS);
        OUT.println("renewed");
      }
    }
  }
}
