package io.mooring.keystore;

import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs11Exception.Reason;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the user PIN of a token comes from. It is read at each login: when the token is opened, and
 * again after it was taken away and came back.
 */
public abstract sealed class Pkcs11Pin {
  private Pkcs11Pin() {}

  /** Asks a person or a vault for the PIN. */
  @FunctionalInterface
  public interface Callback {
    /**
     * Returns the PIN; the caller destroys it after use.
     *
     * @param tokenLabel of the token that asks
     * @param state what the token tells of wrong PINs so far
     */
    Secret pin(String tokenLabel, Pkcs11PinState state);
  }

  /**
   * A PIN in memory.
   *
   * @param pin not copied: it must live as long as the token is open, and the caller destroys it
   */
  public static Pkcs11Pin of(Secret pin) {
    return new Fixed(Objects.requireNonNull(pin, "pin"));
  }

  /** The PIN in a file, without its line end. */
  public static Pkcs11Pin file(Path file) {
    return new InFile(Objects.requireNonNull(file, "file"));
  }

  /**
   * The PIN in an environment variable. Whoever may read the environment of the process can read
   * it, and a JVM cannot wipe it: prefer a file.
   */
  public static Pkcs11Pin environment(String name) {
    return new InEnvironment(Objects.requireNonNull(name, "name"));
  }

  /** A PIN that is asked for at each login. */
  public static Pkcs11Pin callback(Callback callback) {
    return new Asked(Objects.requireNonNull(callback, "callback"));
  }

  /**
   * A PIN that is entered at the token itself: a pad or a fingerprint
   * (CKF_PROTECTED_AUTHENTICATION_PATH).
   */
  public static Pkcs11Pin protectedAuthenticationPath() {
    return new AtTheToken();
  }

  /** The PIN, which the caller destroys; null if it is entered at the token itself. */
  abstract @Nullable Secret read(String tokenLabel, Pkcs11PinState state);

  /** Where the PIN comes from; never the PIN. */
  @Override
  public abstract String toString();

  private static final class Fixed extends Pkcs11Pin {
    private final Secret pin;

    Fixed(Secret pin) {
      this.pin = pin;
    }

    @Override
    Secret read(String tokenLabel, Pkcs11PinState state) {
      if (pin.isDestroyed()) {
        throw new Pkcs11Exception(
            Reason.PIN_NEEDED,
            "Token \""
                + tokenLabel
                + "\" wants its PIN again, and the PIN was destroyed. Keep it until the token is"
                + " closed, or name a PIN file.");
      }
      byte[] utf8 = pin.copyUtf8();
      try {
        return Secret.ofUtf8(utf8);
      } finally {
        Arrays.fill(utf8, (byte) 0);
      }
    }

    @Override
    public String toString() {
      return "the PIN given";
    }
  }

  private static final class InFile extends Pkcs11Pin {
    private final Path file;

    InFile(Path file) {
      this.file = file;
    }

    @Override
    Secret read(String tokenLabel, Pkcs11PinState state) {
      return Secret.fromFile(file);
    }

    @Override
    public String toString() {
      return "the PIN in file " + file;
    }
  }

  private static final class InEnvironment extends Pkcs11Pin {
    private final String name;

    InEnvironment(String name) {
      this.name = name;
    }

    @Override
    Secret read(String tokenLabel, Pkcs11PinState state) {
      String value = System.getenv(name);
      if (value == null || value.isEmpty()) {
        throw new Pkcs11Exception(
            Reason.PIN_NEEDED,
            "Token \""
                + tokenLabel
                + "\" needs a PIN, and the environment variable "
                + name
                + (value == null ? " is not set" : " is empty")
                + ". Set it, or name a PIN file.");
      }
      return Secret.of(value.toCharArray());
    }

    @Override
    public String toString() {
      return "the PIN in the environment variable " + name;
    }
  }

  private static final class Asked extends Pkcs11Pin {
    private final Callback callback;

    Asked(Callback callback) {
      this.callback = callback;
    }

    @Override
    Secret read(String tokenLabel, Pkcs11PinState state) {
      return callback.pin(tokenLabel, state);
    }

    @Override
    public String toString() {
      return "the PIN asked for";
    }
  }

  private static final class AtTheToken extends Pkcs11Pin {
    @Override
    @Nullable Secret read(String tokenLabel, Pkcs11PinState state) {
      return null;
    }

    @Override
    public String toString() {
      return "the PIN entered at the token";
    }
  }
}
