package io.mooring.it;

import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.error.MooringException;
import io.mooring.identity.Secret;
import io.mooring.tls.TlsPolicy;
import java.io.IOException;
import java.nio.file.Path;

/** A device in a process of its own: connects, says how that went, and ends when its input does. */
final class DeviceProcess {
  private DeviceProcess() {}

  public static void main(String[] arguments) throws IOException {
    try (SecureMqttClient client =
        SecureMqttClient.builder()
            .broker("mqtts://localhost:" + arguments[0])
            .clientId("meter-0042")
            .tls(TlsPolicy.trusting(Path.of(arguments[1])))
            .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
            .build()) {
      try {
        client.connect();
        System.out.println("connected");
      } catch (MooringException refusal) {
        System.out.println(refusal.getClass().getSimpleName());
      }
      if (System.in.read() >= 0) {
        throw new IllegalStateException("nobody writes to this process");
      }
    }
  }
}
