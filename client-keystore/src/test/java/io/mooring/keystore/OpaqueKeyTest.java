package io.mooring.keystore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.identity.SignatureScheme;
import io.mooring.testkit.TestIdentity;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreSpi;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A key of a vendor's provider that is not registered, and which ends the test if it is read. */
class OpaqueKeyTest {
  @Test
  void keyStoreIdentity_signsThroughTheStoresProvider_andNeverAsksForTheBytes() throws Exception {
    TestIdentity made = Samples.device("meter-0042");
    Provider vendor = new Vendor(made);
    KeyStore store = KeyStore.getInstance("VENDOR", vendor);
    store.load(null, null);

    KeyStoreIdentity identity = KeyStoreIdentity.of(store, null);

    SignatureScheme scheme = SignatureScheme.ECDSA_SECP256R1_SHA256;
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(made.certificate());
    verifier.update(new byte[] {1});
    assertTrue(verifier.verify(identity.sign(scheme, new byte[] {1})));
    assertEquals(made.chain(), identity.certificateChain());
    assertNull(Security.getProvider(vendor.getName()));
  }

  /** A handle. */
  private static final class OpaqueKey implements PrivateKey {
    private static final long serialVersionUID = 1L;

    private final transient PrivateKey inside;

    OpaqueKey(PrivateKey inside) {
      this.inside = inside;
    }

    @Override
    public String getAlgorithm() {
      return inside.getAlgorithm();
    }

    @Override
    public @Nullable String getFormat() {
      return null;
    }

    @Override
    public byte[] getEncoded() {
      throw new AssertionError("getEncoded() was called on a key that is only a handle");
    }
  }

  private static final class Vendor extends Provider {
    private static final long serialVersionUID = 1L;

    private final transient TestIdentity made;

    Vendor(TestIdentity made) {
      super("Vendor", "1", "keys that are handles");
      this.made = made;
      putService(new Made("KeyStore", "VENDOR"));
      putService(new Made("Signature", "SHA256withECDSA"));
    }

    private final class Made extends Service {
      Made(String type, String algorithm) {
        super(Vendor.this, type, algorithm, Made.class.getName(), List.of(), Map.of());
      }

      @Override
      public Object newInstance(@Nullable Object parameter) {
        return getType().equals("KeyStore") ? new Store(made) : new Signer();
      }

      @Override
      public boolean supportsParameter(Object parameter) {
        return parameter instanceof OpaqueKey;
      }
    }
  }

  private static final class Signer extends SignatureSpi {
    private @Nullable Signature inside;

    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
      try {
        inside = Signature.getInstance("SHA256withECDSA");
      } catch (java.security.NoSuchAlgorithmException e) {
        throw new InvalidKeyException(e);
      }
      inside.initSign(((OpaqueKey) key).inside);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
      inside.update(bytes, offset, length);
    }

    @Override
    protected void engineUpdate(byte octet) throws SignatureException {
      inside.update(octet);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      return inside.sign();
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      throw new InvalidKeyException("signs only");
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      throw new SignatureException("signs only");
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException(name);
    }
  }

  /** Holds one key under the alias "key" and takes nothing. */
  private static final class Store extends KeyStoreSpi {
    private final TestIdentity made;

    Store(TestIdentity made) {
      this.made = made;
    }

    @Override
    public Key engineGetKey(String alias, char @Nullable [] password) {
      return new OpaqueKey(made.privateKey());
    }

    @Override
    public Certificate[] engineGetCertificateChain(String alias) {
      return made.chain().toArray(new Certificate[0]);
    }

    @Override
    public Certificate engineGetCertificate(String alias) {
      return made.certificate();
    }

    @Override
    public Date engineGetCreationDate(String alias) {
      return made.certificate().getNotBefore();
    }

    @Override
    public Enumeration<String> engineAliases() {
      return Collections.enumeration(List.of("key"));
    }

    @Override
    public boolean engineContainsAlias(String alias) {
      return alias.equals("key");
    }

    @Override
    public int engineSize() {
      return 1;
    }

    @Override
    public boolean engineIsKeyEntry(String alias) {
      return engineContainsAlias(alias);
    }

    @Override
    public boolean engineIsCertificateEntry(String alias) {
      return false;
    }

    @Override
    public boolean engineEntryInstanceOf(String alias, Class<? extends KeyStore.Entry> entry) {
      return entry == KeyStore.PrivateKeyEntry.class;
    }

    @Override
    public @Nullable String engineGetCertificateAlias(Certificate certificate) {
      return null;
    }

    @Override
    public void engineLoad(@Nullable InputStream in, char @Nullable [] password) {}

    @Override
    public void engineStore(OutputStream out, char[] password) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void engineSetCertificateEntry(String alias, Certificate certificate) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void engineDeleteEntry(String alias) {
      throw new UnsupportedOperationException();
    }
  }
}
