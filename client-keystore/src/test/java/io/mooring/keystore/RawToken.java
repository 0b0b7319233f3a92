package io.mooring.keystore;

import io.mooring.keystore.internal.cryptoki.Ck;
import io.mooring.keystore.internal.cryptoki.Mechanism;
import io.mooring.keystore.internal.cryptoki.SharedLibrary;
import io.mooring.keystore.internal.cryptoki.Template;
import io.mooring.testkit.SoftHsm;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** Puts into a token what {@link Pkcs11Token} refuses to. */
final class RawToken implements AutoCloseable {
  private final TokenSession session;

  private RawToken(TokenSession session) {
    this.session = session;
  }

  static RawToken open(String label) throws Exception {
    var library = SoftHsm.shared().library();
    return new RawToken(
        TokenSession.open(
            SharedLibrary.at(library.toRealPath()),
            new TokenSearch(library, label, null),
            Pkcs11Pin.of(Samples.secret(SoftHsm.PIN))));
  }

  void generateEcKeyThatMayNotSign(String label, byte[] id) {
    generateEcKey(label, id, false);
  }

  void generateEcKey(String label, byte[] id) {
    generateEcKey(label, id, true);
  }

  private void generateEcKey(String label, byte[] id, boolean sign) {
    session.change(
        "make a key",
        context -> {
          context
              .functions()
              .generateKeyPair(
                  context.session(),
                  Mechanism.of(Ck.CKM_EC_KEY_PAIR_GEN),
                  named(label, id)
                      .bytes(Ck.CKA_EC_PARAMS, HexFormat.of().parseHex("06082a8648ce3d030107")),
                  named(label, id).flag(Ck.CKA_SIGN, sign).flag(Ck.CKA_DERIVE, !sign));
          return true;
        });
  }

  void storeCertificate(String label, byte[] id, X509Certificate certificate) {
    session.change(
        "store a certificate",
        context ->
            context
                .functions()
                .create(
                    context.session(),
                    named(label, id)
                        .number(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE)
                        .number(Ck.CKA_CERTIFICATE_TYPE, Ck.CKC_X_509)
                        .bytes(Ck.CKA_SUBJECT, certificate.getSubjectX500Principal().getEncoded())
                        .bytes(Ck.CKA_VALUE, encoded(certificate))));
  }

  void storeSecretKey(String label, byte[] id, byte[] value) {
    session.change(
        "store a secret key",
        context ->
            context
                .functions()
                .create(
                    context.session(),
                    named(label, id)
                        .number(Ck.CKA_CLASS, Ck.CKO_SECRET_KEY)
                        .number(Ck.CKA_KEY_TYPE, Ck.CKK_GENERIC_SECRET)
                        .flag(Ck.CKA_PRIVATE, true)
                        .flag(Ck.CKA_SIGN, true)
                        .bytes(Ck.CKA_VALUE, value)));
  }

  void storeData(String label, String application, byte[] value) {
    session.change(
        "store data",
        context ->
            context
                .functions()
                .create(
                    context.session(),
                    Template.of()
                        .number(Ck.CKA_CLASS, Ck.CKO_DATA)
                        .flag(Ck.CKA_TOKEN, true)
                        .flag(Ck.CKA_PRIVATE, true)
                        .text(Ck.CKA_LABEL, label)
                        .text(Ck.CKA_APPLICATION, application)
                        .bytes(Ck.CKA_VALUE, value)));
  }

  /** What a token does, or does not get done, in one call. */
  interface Doing {
    void run() throws InterruptedException;
  }

  void call(Doing doing) {
    session.call(
        "do what the test wants",
        context -> {
          try {
            doing.run();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return true;
        });
  }

  @Override
  public void close() {
    session.close();
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  private static Template named(String label, byte[] id) {
    return Template.of().flag(Ck.CKA_TOKEN, true).text(Ck.CKA_LABEL, label).bytes(Ck.CKA_ID, id);
  }
}
