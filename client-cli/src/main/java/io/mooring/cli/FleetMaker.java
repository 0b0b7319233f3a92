package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.identity.ScramKeys;
import io.mooring.identity.Secret;
import io.mooring.keystore.DeviceKeystoreFile;
import io.mooring.keystore.Pkcs12Identity;
import io.mooring.scram.DerivedScramKeys;
import io.mooring.scram.ScramKeyDerivation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the bundle of one device. The bundle's file is the one thing that counts: it is there whole
 * or not at all, and everything else follows from it. Safe for use by several threads.
 */
final class FleetMaker {
  private static final int SALT_BYTES = 16;

  private final FleetPlan plan;
  private final Path bundles;
  private final SecureRandom random = new SecureRandom();

  FleetMaker(FleetPlan plan, Path bundles) {
    this.plan = plan;
    this.bundles = bundles;
  }

  /** Makes a device, or reads the one that was made before an interruption. */
  FleetEntry make(FleetRow row) {
    Path file = bundles.resolve(row.name() + ".mooring");
    return Files.exists(file) ? read(row, file) : make(row, file);
  }

  private FleetEntry make(FleetRow row, Path file) {
    byte[] passwordLine = Passwords.random();
    byte[] text = Arrays.copyOf(passwordLine, passwordLine.length - 1);
    try (Secret storepass = Secret.ofUtf8(text);
        DeviceKeystoreFile keystore = DeviceKeystoreFile.detached(file, storepass)) {
      X509Certificate certificate = putCertificate(row, keystore);
      try (DerivedScramKeys scram = derive(row)) {
        if (scram != null) {
          keystore.putScram(scram);
        }
        keystore.pins(plan.pins()).authorities(plan.authorities());
        keystore.stagedPins().trustSigners(plan.pinSigners());
        if (plan.outboxKey()) {
          keystore.makeOutboxKey();
        }
        try (Bundle bundle =
            Bundle.of(row.name(), plan.broker(), row.clientId(), storepass, keystore.encode())) {
          byte[] encoded = bundle.encode();
          WholeFile.create(file, encoded);
          return FleetEntry.of(bundle, file, encoded, certificate, scram);
        }
      }
    } finally {
      Arrays.fill(passwordLine, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }

  private @Nullable X509Certificate putCertificate(FleetRow row, DeviceKeystoreFile keystore) {
    CertificateIssuer issuer = plan.issuer();
    if (issuer == null) {
      return null;
    }
    KeyPair pair = keyPair();
    X509Certificate certificate = issuer.issue(row.subject(), pair.getPublic());
    List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
    chain.addAll(issuer.chain());
    keystore.putIdentity(pair.getPrivate(), chain);
    return certificate;
  }

  private KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(plan.keyKind().family());
      generator.initialize(plan.keyKind().parameters(), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "every Java platform makes keys of kind " + plan.keyKind().label(), e);
    }
  }

  private @Nullable DerivedScramKeys derive(FleetRow row) {
    String mechanism = plan.mechanism();
    if (mechanism == null) {
      return null;
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Secret given = row.password();
    if (given != null) {
      return derive(mechanism, row, given, salt);
    }
    byte[] made = Passwords.random();
    try (Secret password = Secret.ofUtf8(Arrays.copyOf(made, made.length - 1))) {
      return derive(mechanism, row, password, salt);
    } finally {
      Arrays.fill(made, (byte) 0);
    }
  }

  private DerivedScramKeys derive(String mechanism, FleetRow row, Secret password, byte[] salt) {
    return plan.saslPrep()
        ? ScramKeyDerivation.derive(mechanism, row.user(), password, salt, plan.iterations())
        : ScramKeyDerivation.deriveWithoutSaslPrep(
            mechanism, row.user(), password, salt, plan.iterations());
  }

  private FleetEntry read(FleetRow row, Path file) {
    byte[] encoded = WholeFile.read("Bundle", file, Bundle.MAX_BYTES);
    try (Bundle bundle = Bundle.decode(file, encoded);
        Secret storepass = bundle.storepass()) {
      if (storepass == null
          || !bundle.name().equals(row.name())
          || !bundle.clientId().equals(row.clientId())
          || !bundle.broker().equals(plan.broker())) {
        throw new KeystoreException(
            ErrorCode.KEY_FILE_EXISTS,
            "Bundle "
                + file
                + " is not what line "
                + row.line()
                + " of the CSV asks for. Choose another --out, or move it away.",
            null);
      }
      try (Pkcs12Identity keystore = Pkcs12Identity.open(file, bundle.keystore(), storepass)) {
        ScramKeys scram = keystore.hasScram() ? keystore.scram() : null;
        X509Certificate certificate =
            keystore.hasIdentity() ? keystore.identity().certificateChain().get(0) : null;
        return FleetEntry.of(bundle, file, encoded, certificate, scram);
      }
    }
  }
}
