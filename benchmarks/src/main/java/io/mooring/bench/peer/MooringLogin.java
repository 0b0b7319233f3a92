package io.mooring.bench.peer;

import io.mooring.ClientBuilder;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import java.util.concurrent.atomic.AtomicReference;

/** Ways to log in without a certificate, as the user that the SCRAM rows provision. */
public final class MooringLogin {
  /** The user. */
  public static final String USER = "bench-user";

  /** Its password: made up, of a broker that lives as long as the measurement. */
  public static final String PASSWORD = "bench-password";

  private static final AtomicReference<ScramKeys> STORED = new AtomicReference<>();

  private MooringLogin() {}

  static void apply(String login, ClientBuilder builder) {
    Secret password = Secret.of(PASSWORD.toCharArray());
    switch (login) {
      case "password" -> builder.authenticate(PasswordAuthentication.of(USER, password));
      case "scram-password" -> builder.authenticate(byPassword(password));
      case "scram-keys" -> {
        // The first login of the process is by password and leaves the keys, as on a device.
        ScramKeys keys = STORED.get();
        builder.authenticate(
            keys == null
                ? byPassword(password).provisioning(made -> STORED.set(new CopiedKeys(made)))
                : Scram.keys(keys));
      }
      default -> throw new IllegalArgumentException("no login is called " + login);
    }
  }

  private static Scram byPassword(Secret password) {
    return Scram.sha256(ScramCredential.password(USER, password));
  }
}
