package io.mooring.cli;

import io.mooring.error.ErrorCode;
import io.mooring.error.KeystoreException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.identity.SignatureScheme;
import io.mooring.keystore.PemIdentity;
import io.mooring.keystore.Pkcs11KeyPair;
import io.mooring.keystore.Pkcs11Name;
import io.mooring.keystore.Pkcs11Token;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where an operator's signing key is: in PEM files, or in a token.
 *
 * @param certificateOption names the certificate in messages
 * @param certificate of the key, with those above it
 * @param keyOption names the key in messages
 * @param key null with a token
 * @param keyPasswordFile of an encrypted key, or null
 * @param token that holds the key, if one is named
 */
record Signer(
    String certificateOption,
    @Nullable Path certificate,
    String keyOption,
    @Nullable Path key,
    @Nullable Path keyPasswordFile,
    TokenOptions token) {

  /** Runs {@code work} with a handle of the key, and closes what was opened for it. */
  <T> T use(Terminal terminal, Function<DeviceIdentity, T> work) {
    Deque<Runnable> wipes = new ArrayDeque<>();
    try {
      Pkcs11Token opened = token.open(terminal, wipes);
      return work.apply(opened == null ? files(terminal, wipes) : inside(opened, terminal));
    } finally {
      while (!wipes.isEmpty()) {
        wipes.pop().run();
      }
    }
  }

  private DeviceIdentity files(Terminal terminal, Deque<Runnable> wipes) {
    if (certificate == null || key == null) {
      throw new UsageException(
          "Give "
              + certificateOption
              + " and "
              + keyOption
              + ", or a key in a token by --pkcs11-library");
    }
    PemIdentity pem = ClientMaterial.pem(certificate, key, keyPasswordFile, terminal);
    wipes.push(pem::close);
    pem.warnings().forEach(warning -> terminal.say("warning: " + warning));
    return pem;
  }

  /** A CA certificate is no client certificate, which is all that a token is searched for. */
  private DeviceIdentity inside(Pkcs11Token opened, Terminal terminal) {
    if (key != null || keyPasswordFile != null) {
      throw new UsageException(keyOption + " does not go with --pkcs11-library: give one key");
    }
    Pkcs11Name name = token.keyName();
    if (certificate == null || name == null) {
      throw new UsageException(
          "A key in a token is named by --key-label or --key-id, and its certificate by "
              + certificateOption);
    }
    Pkcs11KeyPair pair = opened.keyPair(name);
    pair.warnings().forEach(warning -> terminal.say("warning: " + warning));
    return new InToken(pair, leafFirst(certificate, pair.publicKey()));
  }

  private static List<X509Certificate> leafFirst(Path file, PublicKey key) {
    List<X509Certificate> certificates = PemIdentity.certificates(file);
    for (X509Certificate candidate : certificates) {
      if (MessageDigest.isEqual(candidate.getPublicKey().getEncoded(), key.getEncoded())) {
        List<X509Certificate> chain = new ArrayList<>(List.of(candidate));
        certificates.stream().filter(other -> !other.equals(candidate)).forEach(chain::add);
        return List.copyOf(chain);
      }
    }
    throw new KeystoreException(
        ErrorCode.NO_CERTIFICATE,
        "No certificate of "
            + file
            + " is for the key in the token: "
            + certificates.stream().map(c -> c.getSubjectX500Principal().getName()).toList()
            + ". Name the certificate of that key.",
        null);
  }

  /** A key in a token, with certificates from a file. */
  private record InToken(Pkcs11KeyPair key, List<X509Certificate> certificateChain)
      implements DeviceIdentity {
    @Override
    public Set<SignatureScheme> signatureSchemes() {
      return key.signatureSchemes();
    }

    @Override
    public byte[] sign(SignatureScheme scheme, byte[] message) {
      return key.sign(scheme, message);
    }
  }
}
