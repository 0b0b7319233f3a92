package io.mooring.it;

import io.mooring.SecureMqttClient;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.Secret;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;

/** A device on a runtime image with little in it. */
final class LimitedDevice {
  private LimitedDevice() {}

  public static void main(String[] arguments) {
    for (String module : new String[] {"jdk.jfr", "java.management"}) {
      System.out.println(module + " " + ModuleLayer.boot().findModule(module).isPresent());
    }
    try {
      SecureMqttClient.builder().jmx();
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
    }
    try (SecureMqttClient client =
        SecureMqttClient.builder()
            .broker("mqtts://localhost:" + arguments[0])
            .clientId("meter-0042")
            .tls(TlsPolicy.trusting(Path.of(arguments[1])))
            .authenticate(PasswordAuthentication.of("meter", Secret.of("x".toCharArray())))
            .events(event -> System.out.println(event.getClass().getSimpleName()))
            .build()) {
      client.connect();
    }
  }
}
