package io.mooring.keystore;

import io.mooring.identity.SignatureScheme;
import io.mooring.testkit.SoftHsm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that signs 50 times with a key in SoftHSM. */
final class SigningProcess {
  private SigningProcess() {}

  static Process start(String tokenLabel, String keyLabel) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String path =
        System.getProperty("java.class.path")
            + java.io.File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    // Surefire patches the tests into the module; a class path needs their folder named.
    String tests =
        Path.of(
                java.net.URI.create(
                    SigningProcess.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
            .toString();
    command.addAll(
        List.of(
            "-cp",
            path + java.io.File.pathSeparator + tests,
            SigningProcess.class.getName(),
            SoftHsm.shared().library().toString(),
            tokenLabel,
            keyLabel));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(SoftHsm.shared().environment());
    return builder.start();
  }

  public static void main(String[] arguments) {
    try (Pkcs11Token token =
        Pkcs11Token.library(Path.of(arguments[0]))
            .tokenLabel(arguments[1])
            .pin(Pkcs11Pin.of(Samples.secret(SoftHsm.PIN)))
            .open()) {
      Pkcs11KeyPair key = token.keyPair(Pkcs11Name.label(arguments[2]));
      for (int i = 0; i < 50; i++) {
        key.sign(
            SignatureScheme.ECDSA_SECP256R1_SHA256, "message".getBytes(StandardCharsets.UTF_8));
      }
      System.out.println("50 signatures");
    }
  }
}
