package io.mooring.keystore;

import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestIdentity;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** The contract for tokens, in which the key itself is made. */
abstract class TokenContract extends DeviceIdentityContract {
  private final List<Pkcs11Token> opened = new ArrayList<>();

  /** Opens the token of this test. */
  abstract Pkcs11Token token();

  @AfterEach
  void closeTokens() {
    opened.forEach(Pkcs11Token::close);
    opened.clear();
  }

  @Override
  Stream<KeyKind> kinds() {
    return Stream.of(KeyKind.EC_P256, KeyKind.EC_P384, KeyKind.RSA_2048, KeyKind.RSA_3072);
  }

  @Override
  final Provided provide(KeyKind kind, TestIdentity issuing) {
    Pkcs11Token token = token();
    opened.add(token);
    byte[] id = Pkcs11Token.newId();
    Pkcs11KeyPair pair =
        token.generateKeyPair("mqtt " + kind, id, KeyAlgorithm.valueOf(kind.name()));
    TestIdentity made =
        issuing
            .issues("meter-0042")
            .clientAuth()
            .key(kind, new KeyPair(pair.publicKey(), null))
            .create();
    token.storeCertificateChain("mqtt " + kind, id, made.chain());
    return new Provided(new Opened(token.identity(Pkcs11Name.id(id)), token), made.path(), null);
  }
}
