package io.mooring.auth;

import io.mooring.identity.Secret;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * User Name and Password of CONNECT (MQTT 5, sections 3.1.3.5 and 3.1.3.6), sent inside TLS to a
 * broker whose certificate, name and pins have been checked. The broker sees the password and does
 * not prove that it knew it: prefer SCRAM where the broker can do it.
 */
public final class PasswordAuthentication implements Authentication {
  private final @Nullable String userName;
  private final Supplier<Secret> password;

  private PasswordAuthentication(@Nullable String userName, Supplier<Secret> password) {
    this.userName = userName;
    this.password = password;
  }

  /** A fixed password. The secret is not wiped by the client, since each reconnect needs it. */
  public static PasswordAuthentication of(String userName, Secret password) {
    Objects.requireNonNull(userName, "userName");
    Objects.requireNonNull(password, "password");
    return new PasswordAuthentication(userName, () -> password);
  }

  /**
   * A token (such as a JWT) fetched for each CONNECT on a worker thread.
   *
   * @param userName the User Name, or null for a Password alone, which MQTT 5 allows
   */
  public static PasswordAuthentication token(@Nullable String userName, Supplier<Secret> token) {
    return new PasswordAuthentication(userName, Objects.requireNonNull(token, "token"));
  }

  /** The User Name, or null. */
  public @Nullable String userName() {
    return userName;
  }

  /** The secret for this attempt. Called on a worker thread; may block. */
  public Secret password() {
    return password.get();
  }

  @Override
  public String toString() {
    return "PasswordAuthentication[userName=" + userName + ", password=redacted]";
  }
}
