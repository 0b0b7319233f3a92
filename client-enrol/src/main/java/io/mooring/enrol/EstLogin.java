package io.mooring.enrol;

import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a device that has no certificate of the authority yet proves that it may have one (RFC 7030,
 * section 3.3): a one-time password by HTTP Basic or Digest inside TLS, a certificate from the
 * factory in TLS, or both.
 */
public final class EstLogin {
  private final @Nullable DeviceIdentity certificate;
  private final @Nullable HttpPassword password;

  private EstLogin(@Nullable DeviceIdentity certificate, @Nullable HttpPassword password) {
    this.certificate = certificate;
    this.password = password;
  }

  /**
   * A user name and password. The password is sent only after the server's certificate path, host
   * name and pins have held, and only if the server asks for it; as a digest if it takes one.
   *
   * @param userName without control characters or colon; may be empty
   * @param password read at each use; the caller destroys it afterwards
   * @throws IllegalArgumentException if the user name cannot be
   */
  public static EstLogin password(String userName, Secret password) {
    return new EstLogin(null, new HttpPassword(userName, password));
  }

  /** A certificate that the server knows, from the factory or another authority. */
  public static EstLogin certificate(DeviceIdentity identity) {
    return new EstLogin(Objects.requireNonNull(identity, "identity"), null);
  }

  /** This login with a certificate besides. */
  public EstLogin withCertificate(DeviceIdentity identity) {
    return new EstLogin(Objects.requireNonNull(identity, "identity"), password);
  }

  static EstLogin none() {
    return new EstLogin(null, null);
  }

  @Nullable DeviceIdentity certificate() {
    return certificate;
  }

  @Nullable HttpPassword password() {
    return password;
  }

  /** Never the password. */
  @Override
  public String toString() {
    return "EstLogin["
        + (certificate == null ? "" : "certificate")
        + (password == null ? "" : certificate == null ? "password" : ", password")
        + "]";
  }
}
