package io.mooring.demo;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.client.parameter.Listener;
import com.hivemq.extension.sdk.api.client.parameter.ServerInformation;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HiveMQ CE in this JVM with one TLS listener on 127.0.0.1, SCRAM over MQTT 5 AUTH, and topic
 * permissions that end at a device's own subtree. A client without an Authentication Method is
 * refused by HiveMQ itself, with 0x8C. It starts in about two seconds, so share one among the tests
 * of a class.
 *
 * <p>Methods: SCRAM-SHA-256, SCRAM-SHA-512 and their -PLUS variants with {@code
 * tls-server-end-point}. HiveMQ ends TLS in netty and hands extensions no exporter, so {@code
 * tls-exporter} is refused. HiveMQ's Reason Strings are wrong in AUTH (a successful step says
 * "failed"): judge by Reason Code.
 */
public final class DemoBroker implements AutoCloseable {
  private static final long START_SECONDS = 60;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final BrokerHome home;
  private final EmbeddedHiveMQ hivemq;
  private final DemoAuthentication authentication;
  private final @Nullable TestIdentity identity;
  private final int port;

  private DemoBroker(
      BrokerHome home,
      EmbeddedHiveMQ hivemq,
      DemoAuthentication authentication,
      @Nullable TestIdentity identity,
      int port) {
    this.home = home;
    this.hivemq = hivemq;
    this.authentication = authentication;
    this.identity = identity;
    this.port = port;
  }

  /** Starts the description of a broker that lets in nobody but by SCRAM. */
  public static Builder builder() {
    return new Builder();
  }

  /** The port of the TLS listener on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** {@code mqtts://localhost:port}. */
  public String uri() {
    return "mqtts://localhost:" + port;
  }

  /**
   * What the broker presents, if it was given or made as a {@link TestIdentity}; its {@code root()}
   * is what a client should trust.
   *
   * @throws IllegalStateException if the certificate came from files
   */
  public TestIdentity identity() {
    if (identity == null) {
      throw new IllegalStateException("The broker's certificate came from files");
    }
    return identity;
  }

  /**
   * Gives a user another password, or adds one: counts from the next login or re-authentication on.
   */
  public void user(DemoUser user) {
    authentication.put(user);
  }

  /** Stops HiveMQ, which takes some seconds, and removes its folder. */
  @Override
  public void close() throws IOException {
    try {
      hivemq.stop().get();
    } catch (ExecutionException e) {
      throw new IOException("HiveMQ did not stop in good order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      home.delete();
    }
  }

  /** Describes a {@link DemoBroker}. */
  public static final class Builder {
    private final Map<String, DemoUser> users = new LinkedHashMap<>();
    private @Nullable BrokerCertificate certificate;
    private @Nullable TestIdentity identity;
    private List<X509Certificate> clientRoots = List.of();
    private String base = "plant/7";
    private int iterations = 4096;
    private int port;
    private DemoAuthentication.Login login = DemoAuthentication.Login.SCRAM;

    private Builder() {}

    /** What the broker presents; default: {@link TestCertificates#localhost()}. */
    public Builder certificate(TestIdentity presented) {
      this.identity = presented;
      this.certificate = BrokerCertificate.of(presented);
      return this;
    }

    /** What the broker presents, read from files. */
    public Builder certificate(BrokerCertificate presented) {
      this.identity = null;
      this.certificate = presented;
      return this;
    }

    /** The port; default: any free one. */
    public Builder port(int number) {
      this.port = number;
      return this;
    }

    /** The topic above the devices' subtrees; default: {@code plant/7}. */
    public Builder base(String topic) {
      this.base = topic;
      return this;
    }

    /** The iteration count of users added after this call; default: 4096, the RFC's least. */
    public Builder iterations(int count) {
      this.iterations = count;
      return this;
    }

    /** Adds a device: it may use {@code base/name/#} under the client identifier {@code name}. */
    public Builder device(String name, String password) {
      return user(DemoUser.of(name, DemoUser.Role.DEVICE, password.toCharArray(), iterations));
    }

    /** Adds an operator: he may use {@code base/#} under any client identifier. */
    public Builder operator(String name, String password) {
      return user(DemoUser.of(name, DemoUser.Role.OPERATOR, password.toCharArray(), iterations));
    }

    /** Adds a user as provisioned. */
    public Builder user(DemoUser user) {
      users.put(user.name(), user);
      return this;
    }

    /** Lets users in by MQTT User Name and Password instead of SCRAM (CONNACK 0x86 if wrong). */
    public Builder passwordLogin() {
      this.login = DemoAuthentication.Login.PASSWORD;
      return this;
    }

    /**
     * Requires client certificates below the roots from everyone, in addition to SCRAM or to what
     * else was chosen.
     */
    public Builder requireClientCertificate(X509Certificate... roots) {
      this.clientRoots = List.of(roots);
      return this;
    }

    /**
     * Requires client certificates below the roots, and takes them for proof instead of SCRAM: the
     * common name must be the client identifier, and the client is that device.
     */
    public Builder certificateLogin(X509Certificate... roots) {
      this.login = DemoAuthentication.Login.CERTIFICATE;
      return requireClientCertificate(roots);
    }

    /** Lets anyone in, with the rights of an operator. For tests of the protocol alone. */
    public Builder anonymous() {
      this.login = DemoAuthentication.Login.ANONYMOUS;
      return this;
    }

    /**
     * Starts the broker and waits until it accepts connections.
     *
     * @throws IOException if HiveMQ does not start, as when the port is taken
     */
    public DemoBroker start() throws IOException, GeneralSecurityException, InterruptedException {
      QuietLog.configure();
      requireFreePort();
      BrokerCertificate presented = certificate;
      if (presented == null) {
        identity = TestCertificates.localhost();
        presented = BrokerCertificate.of(identity);
      }
      var extension = new DemoExtension(authentication(presented));
      BrokerHome home = BrokerHome.create(presented, port, clientRoots);
      EmbeddedHiveMQ hivemq =
          EmbeddedHiveMQ.builder()
              .withoutLoggingBootstrap()
              .withConfigurationFolder(home.configuration())
              .withDataFolder(home.data())
              .withExtensionsFolder(home.extensions())
              .withEmbeddedExtension(
                  EmbeddedExtension.builder()
                      .withId("mooring-demo")
                      .withName("Mooring demo: SCRAM and topic permissions")
                      .withVersion("1")
                      .withExtensionMain(extension)
                      .build())
              .build();
      return started(home, hivemq, extension);
    }

    /** HiveMQ that cannot bind leaves threads behind, so the port is tried first. */
    private void requireFreePort() throws IOException {
      if (port > 0) {
        try (var probe = new ServerSocket()) {
          probe.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
        }
      }
    }

    private DemoBroker started(BrokerHome home, EmbeddedHiveMQ hivemq, DemoExtension extension)
        throws IOException, InterruptedException {
      IOException failure;
      try {
        hivemq.start().get(START_SECONDS, TimeUnit.SECONDS);
        int listening = extension.port();
        if (listening > 0) {
          return new DemoBroker(home, hivemq, extension.authentication, identity, listening);
        }
        failure = new IOException("HiveMQ started, but its listener did not; is the port taken?");
      } catch (ExecutionException e) {
        failure = new IOException("HiveMQ did not start", e);
      } catch (TimeoutException e) {
        failure = new IOException("HiveMQ did not start within " + START_SECONDS + " s", e);
      }
      try {
        new DemoBroker(home, hivemq, extension.authentication, identity, port).close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }

    private DemoAuthentication authentication(BrokerCertificate presented)
        throws GeneralSecurityException {
      return new DemoAuthentication(
          users,
          Map.of("tls-server-end-point", presented.serverEndPoint()),
          new TopicRules(base),
          login);
    }
  }

  private static final class DemoExtension implements ExtensionMain {
    private final DemoAuthentication authentication;
    private volatile @Nullable ServerInformation server;

    private DemoExtension(DemoAuthentication authentication) {
      this.authentication = authentication;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
      authentication.register(Services.securityRegistry());
      server = Services.adminService().getServerInformation();
    }

    /** The port that the operating system gave; 0 if there is none. */
    int port() {
      ServerInformation known = server;
      return known == null
          ? 0
          : known.getListener().stream().mapToInt(Listener::getPort).findFirst().orElse(0);
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}
  }
}
