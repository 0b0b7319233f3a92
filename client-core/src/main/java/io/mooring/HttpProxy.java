package io.mooring;

import io.mooring.identity.Secret;
import io.mooring.internal.telemetry.Log;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that carries the connection to the broker by CONNECT (RFC 9110, section 9.3.6), as
 * plants have them between their networks. It sees the broker's host name and port and how much is
 * said, and carries TLS: path, host name, pins and channel binding are checked end to end, as
 * without a proxy. The broker's name is looked up by the proxy and not by this device.
 *
 * <p>A client uses the proxy that it is given and no other: the environment's {@code https_proxy}
 * and the JVM's {@code https.proxyHost} change nothing.
 *
 * <p>Immutable. Equality is that of the instance.
 */
public final class HttpProxy {
  private static final Log LOG = Log.DANGEROUS;

  private final Endpoint address;
  private final @Nullable String userName;
  private final @Nullable Secret password;

  private HttpProxy(Endpoint address, @Nullable String userName, @Nullable Secret password) {
    this.address = address;
    this.userName = userName;
    this.password = password;
  }

  /**
   * The proxy at that address. This device reaches it over plain TCP.
   *
   * @param host a DNS name or an IP address
   * @param port 1 to 65,535; 3128 and 8080 are usual
   * @throws IllegalArgumentException if either is none
   */
  public static HttpProxy at(String host, int port) {
    return new HttpProxy(new Endpoint(host, port), null, null);
  }

  /** The door to what weakens it. Every use logs one warning. */
  public Dangerous dangerous() {
    return new Dangerous();
  }

  /** What weakens a default. */
  public final class Dangerous {
    private Dangerous() {}

    /**
     * Logs in to the proxy by Basic authentication (RFC 7617). The password goes to the proxy in
     * the clear, with every connection, before there is TLS: whoever listens in the local network
     * has it. Take one that opens this proxy and nothing else, and never the device's own.
     *
     * @param user without a colon or a control character
     * @param secret stays the caller's, and is read at each connection
     * @throws IllegalArgumentException if the user name cannot be sent
     */
    public HttpProxy basicInTheClear(String user, Secret secret) {
      if (user.chars().anyMatch(c -> c == ':' || Character.isISOControl(c))) {
        throw new IllegalArgumentException(
            "the proxy's user name holds a colon or a control character (RFC 7617, section 2)");
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "HttpProxy.dangerous().basicInTheClear(): the password for "
              + HttpProxy.this
              + " is sent without TLS");
      return new HttpProxy(address, user, Objects.requireNonNull(secret, "secret"));
    }
  }

  /** Its DNS name or IP address. */
  public String host() {
    return address.host();
  }

  /** Its port. */
  public int port() {
    return address.port();
  }

  /** The user name for it, or null. */
  public @Nullable String userName() {
    return userName;
  }

  /** The password for it, or null; the instance that was given. */
  public @Nullable Secret password() {
    return password;
  }

  /** Its address, and whether it is logged in to. */
  @Override
  public String toString() {
    String host = host().indexOf(':') >= 0 ? "[" + host() + "]" : host();
    return "http://" + host + ":" + port() + (userName == null ? "" : " (with a user name)");
  }
}
