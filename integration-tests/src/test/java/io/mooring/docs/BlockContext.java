package io.mooring.docs;

import io.mooring.ClientBuilder;
import io.mooring.SecureMqttClient;
import io.mooring.enrol.EstClient;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.Secret;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.tls.TlsPolicy;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** What the blocks of Java in the documents take for granted; compiled, never run. */
@SuppressWarnings("NullAway")
public abstract class BlockContext {
  protected SecureMqttClient client;
  protected ClientBuilder builder;
  protected Pkcs12Identity keystore;
  protected DeviceIdentity identity;
  protected TlsPolicy policy;
  protected TlsPolicy estPolicy;
  protected List<X509Certificate> ca;
  protected String broker;
  protected Path file;
  protected Path folder;
  protected Secret password;
  protected io.mooring.identity.ScramKeys newKeys;
  protected EstClient est;
  protected byte[] reading;
  protected Relay relay;
  protected Drive drive;
  protected Led led;
  protected Modem modem;

  public interface Relay {
    void apply(byte[] command);
  }

  public interface Drive {
    void set(String value);
  }

  public interface Led {
    void on();

    void off();
  }

  public interface Modem {
    void onLinkUp(Runnable action);
  }
}
