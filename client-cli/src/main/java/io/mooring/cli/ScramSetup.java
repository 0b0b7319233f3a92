package io.mooring.cli;

import io.mooring.identity.Secret;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.tls.ChannelBinding;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Makes the SCRAM method of the options: by password if a user is named, else by stored keys. */
final class ScramSetup {
  private static final int MIN_ITERATIONS = 4096;

  private ScramSetup() {}

  static Scram of(
      AuthMethod method,
      String mechanism,
      DeviceOptions device,
      @Nullable StoredScram stored,
      Terminal terminal,
      Deque<Runnable> wipes) {
    Scram scram =
        device.user == null
            ? byKeys(method, mechanism, device, stored)
            : byPassword(mechanism, device.user, device, terminal, wipes);
    return method.plus() ? scram.plus(binding(device.channelBinding)) : scram;
  }

  /** The type given, or the one that also holds against a copied certificate. */
  static ChannelBinding binding(@Nullable ChannelBinding given) {
    return given == null ? ChannelBinding.TLS_EXPORTER : given;
  }

  private static Scram byKeys(
      AuthMethod method, String mechanism, DeviceOptions device, @Nullable StoredScram stored) {
    if (stored == null || device.passwordFile != null) {
      throw new UsageException(
          "--auth "
              + method
              + " needs --user and --password-file, or SCRAM keys in --keystore or --pkcs11-library"
              + " alone");
    }
    if (!stored.mechanism().equals(mechanism)) {
      throw new UsageException(
          "--auth "
              + method
              + ", but the SCRAM keys of "
              + stored.where()
              + " are for "
              + stored.mechanism()
              + "; leave --auth out, or make keys with put-scram");
    }
    return stored.scram();
  }

  private static Scram byPassword(
      String mechanism,
      String user,
      DeviceOptions device,
      Terminal terminal,
      Deque<Runnable> wipes) {
    try (Secret password = ClientMaterial.password(device, user, terminal)) {
      ScramCredential credential =
          UsageException.parse("--user", () -> ScramCredential.password(user, password));
      wipes.push(credential::destroy);
      return tuned(
          mechanism.equals("SCRAM-SHA-512") ? Scram.sha512(credential) : Scram.sha256(credential),
          device.noSaslPrep,
          device.maxIterations);
    }
  }

  static Scram tuned(Scram scram, boolean noSaslPrep, @Nullable Integer maxIterations) {
    Scram bounded =
        maxIterations == null
            ? scram
            : UsageException.parse(
                "--max-iterations", () -> scram.iterations(MIN_ITERATIONS, maxIterations));
    return noSaslPrep ? bounded.withoutSaslPrep() : bounded;
  }
}
