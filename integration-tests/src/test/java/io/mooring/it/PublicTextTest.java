package io.mooring.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.ClientBuilder;
import io.mooring.HttpProxy;
import io.mooring.Message;
import io.mooring.SecureMqttClient;
import io.mooring.Will;
import io.mooring.auth.PasswordAuthentication;
import io.mooring.enrol.EstClient;
import io.mooring.enrol.EstEndpoint;
import io.mooring.enrol.EstLogin;
import io.mooring.enrol.KeystoreFileStore;
import io.mooring.enrol.rotation.ScramRotation;
import io.mooring.identity.Secret;
import io.mooring.keystore.BcfksIdentity;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.KeyAlgorithm;
import io.mooring.keystore.KeyStoreIdentity;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.Pkcs11Pin;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.outbox.Outbox;
import io.mooring.scram.DerivedSaltedPassword;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.Scram;
import io.mooring.scram.ScramCredential;
import io.mooring.scram.ScramKeyDerivation;
import io.mooring.testkit.Canaries;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import io.mooring.tls.TlsPolicy;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The text of every public type: those that hold a secret are made of secrets known beforehand and
 * must not tell them; every type that writes a text of its own is among them.
 */
@Timeout(60)
class PublicTextTest {
  private static final String[] MODULES = {
    "client-core", "client-scram", "client-keystore", "client-enrol", "client-micrometer"
  };

  private static final byte[] SALT = Base64.getDecoder().decode(ScramServer.SALT);
  private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|pin|payload|key)");

  /** A component by such a name that is no secret. */
  private static final TreeSet<String> NO_SECRET =
      new TreeSet<>(List.of("io.mooring.ConnectionInfo.matchedPin"));

  @Test
  void publicTypes_madeOfSecrets_doNotTellThem(@TempDir Path folder) throws Exception {
    try (PublicSamples more = new PublicSamples(folder)) {
      for (Object made : samples(folder, more)) {
        String text = made.toString();
        assertEquals(List.of(), Canaries.in(text), () -> made.getClass() + " says " + text);
      }
    }
  }

  @Test
  void publicTypes_withATextOfTheirOwn_areAllMade(@TempDir Path folder) throws Exception {
    TreeSet<String> made = new TreeSet<>();
    try (PublicSamples more = new PublicSamples(folder)) {
      for (Object sample : samples(folder, more)) {
        for (Class<?> type = sample.getClass(); type != null; type = type.getSuperclass()) {
          made.add(type.getName());
        }
      }
    }
    TreeSet<String> missing = new TreeSet<>();
    for (Class<?> type : publicTypes()) {
      if (writesText(type) && !made.contains(type.getName())) {
        missing.add(type.getName());
      }
    }
    assertEquals(new TreeSet<String>(), missing, "make it in samples() or PublicSamples");
  }

  @Test
  void publicRecords_haveNoSecretInTheirText() throws Exception {
    List<String> bad = new ArrayList<>();
    for (Class<?> type : publicTypes()) {
      if (!type.isRecord()) {
        continue;
      }
      for (RecordComponent component : type.getRecordComponents()) {
        String name = type.getName() + "." + component.getName();
        boolean text = component.getType() == String.class || component.getType() == char[].class;
        if (text && SECRET.matcher(component.getName()).matches() && !NO_SECRET.contains(name)) {
          bad.add(name);
        }
      }
    }
    assertEquals(List.of(), bad);
  }

  @Test
  void search_findsEveryFormOfASecret() {
    byte[] secret = Canaries.PASSWORD.getBytes(UTF_8);
    for (String said :
        List.of(
            "x" + Canaries.PASSWORD + "y",
            Base64.getEncoder().encodeToString(secret),
            Base64.getUrlEncoder().encodeToString(("ab" + Canaries.PASSWORD + "c").getBytes(UTF_8)),
            java.util.HexFormat.of().formatHex(secret),
            java.util.Arrays.toString(secret),
            java.util.Arrays.toString(Canaries.PASSWORD.toCharArray()))) {
      assertFalse(Canaries.in(said).isEmpty(), said);
      assertFalse(Canaries.in(said).toString().contains(Canaries.PASSWORD));
    }
    assertEquals(List.of(), Canaries.in("qT7vX2mLkd9RzW4q password"));
  }

  /** Each of what holds a secret, made of one that is known. */
  private static List<Object> samples(Path folder, PublicSamples more) throws Exception {
    List<Object> all = new ArrayList<>();
    Secret password = Secret.of(Canaries.PASSWORD.toCharArray());
    Secret storepass = Secret.of(Canaries.STOREPASS.toCharArray());
    // Plants the keys that come of this password and salt.
    io.mooring.testkit.ScramCredential.of(
        ScramHash.SHA_256, Canaries.PASSWORD.toCharArray(), SALT, 4096);
    DerivedScramKeys keys =
        ScramKeyDerivation.derive("SCRAM-SHA-256", "meter", password, SALT, 4096);
    DerivedSaltedPassword salted =
        ScramKeyDerivation.saltedPassword("SCRAM-SHA-256", "meter", password, SALT, 4096, false);
    Message message = Message.to("t/1").payload(Canaries.PAYLOAD).build();
    PasswordAuthentication login = PasswordAuthentication.of("meter", password);
    all.addAll(List.of(password, storepass, keys, salted, message, login));
    all.add(PasswordAuthentication.token("meter", () -> password));
    all.add(Will.of(message));
    all.add(ScramCredential.password("meter", password));
    all.add(ScramCredential.keys(keys));
    all.add(Scram.sha256(ScramCredential.password("meter", password)));
    all.add(Scram.keys(keys));
    all.add(Scram.saltedPassword(salted));
    all.add(Outbox.in(folder.resolve("outbox")).encryptedWith(salted));
    all.add(EstLogin.password("meter", password));
    all.add(
        EstClient.of(
            EstEndpoint.parse("https://est.example/.well-known/est"), TlsPolicy.systemRoots()));
    all.add(Pkcs11Pin.of(password));
    all.add(HttpProxy.at("proxy.example", 3128).dangerous().basicInTheClear("plant", password));
    keystores(all, folder, storepass, keys);
    ClientBuilder builder =
        SecureMqttClient.builder().broker("mqtts://broker.example").authenticate(login);
    SecureMqttClient client = builder.build();
    all.addAll(List.of(builder, client, client.state(), client.counters()));
    client.close();
    all.addAll(more.make(storepass, password, salted));
    return all;
  }

  private static void keystores(
      List<Object> all, Path folder, Secret storepass, DerivedScramKeys keys) throws Exception {
    TestIdentity device = TestCertificates.ca("Public Text CA").create().client("meter");
    Canaries.planted(
        "the device's private key",
        Base64.getEncoder().encodeToString(device.privateKey().getEncoded()).substring(60));
    Path made = Files.createTempDirectory(folder, "stores");
    Path file = made.resolve("device.p12");
    try (DeviceKeystoreFile keystore = DeviceKeystoreFile.create(file, storepass)) {
      all.add(keystore);
      keystore.putIdentity(device.privateKey(), device.chain()).putScram(keys);
      keystore.generatePendingKey(KeyAlgorithm.EC_P256).save();
    }
    Pkcs12Identity identity = Pkcs12Identity.open(file, storepass);
    all.addAll(List.of(identity, identity.identity(), identity.scram(), identity.pendingKey()));
    Path bcfks = made.resolve("device.bcfks");
    BcfksIdentity.convert(file, storepass, bcfks, storepass);
    all.add(BcfksIdentity.open(bcfks, storepass));
    all.add(KeyStoreIdentity.of(device.keyStore(Canaries.STOREPASS.toCharArray()), storepass));
    all.add(
        PemIdentity.open(
            device.writeChain(made.resolve("cert.pem")), device.writeKey(made.resolve("key.pem"))));
    all.add(KeystoreFileStore.open(file, storepass));
    all.add(ScramRotation.in(file, storepass, Scram::keys));
  }

  private static boolean writesText(Class<?> type) throws NoSuchMethodException {
    return !type.isInterface()
        && !type.isEnum()
        && !type.isRecord()
        && !Throwable.class.isAssignableFrom(type)
        && type.getMethod("toString").getDeclaringClass() == type;
  }

  /** Every public type of an exported package, by the record of the API. */
  private static List<Class<?>> publicTypes() throws Exception {
    List<Class<?>> types = new ArrayList<>();
    for (String module : MODULES) {
      Path api = Path.of("..", "build", "api", module + ".txt");
      try (Stream<String> lines = Files.lines(api)) {
        for (String line : lines.filter(text -> text.startsWith("public ")).toList()) {
          String name = line.replaceFirst(" : .*", "").replaceFirst(".* ", "");
          Class<?> type = Class.forName(name);
          if (Modifier.isPublic(type.getModifiers())) {
            types.add(type);
          }
        }
      }
    }
    assertTrue(types.size() > 100, () -> "only " + types.size() + " public types were found");
    return types;
  }
}
