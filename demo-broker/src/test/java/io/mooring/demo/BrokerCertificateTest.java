package io.mooring.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.testkit.Bytes;
import io.mooring.testkit.KeyKind;
import io.mooring.testkit.TestCertificates;
import io.mooring.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BrokerCertificateTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"EC_P256", "RSA_2048"})
  void pemAndKeystore_giveTheSameCertificateAndKey(KeyKind kind) throws Exception {
    TestIdentity made = TestCertificates.ca("CA").create().issues("b").key(kind).create();
    char[] password = "store".toCharArray();

    var pem =
        BrokerCertificate.fromPem(
            made.writeChain(folder.resolve("cert")), made.writeKey(folder.resolve("key")));
    var store =
        BrokerCertificate.fromKeyStore(
            made.writeKeyStore(folder.resolve("p12"), password), password);

    for (BrokerCertificate read : new BrokerCertificate[] {pem, store}) {
      assertEquals(made.certificate(), read.leaf());
      assertEquals(made.privateKey(), read.keyStore(password).getKey("broker", password));
    }
  }

  @Test
  void fileWithoutAKey_isAnError() throws Exception {
    TestIdentity made = TestCertificates.localhost();
    Path chain = made.writeChain(folder.resolve("cert"));
    Path empty = Files.createFile(folder.resolve("empty"));

    assertThrows(IOException.class, () -> BrokerCertificate.fromPem(chain, chain));
    assertThrows(IOException.class, () -> BrokerCertificate.fromPem(empty, chain));
  }

  @ParameterizedTest
  @EnumSource(names = {"EC_P256", "EC_P384"})
  void serverEndPoint_isHashedAsTheSignatureIs(KeyKind signer) throws Exception {
    TestIdentity made = TestCertificates.ca("CA").key(signer).create().server("localhost");
    String hash = signer == KeyKind.EC_P384 ? "SHA-384" : "SHA-256";
    byte[] expected = MessageDigest.getInstance(hash).digest(made.certificate().getEncoded());

    assertEquals(Bytes.of(expected), BrokerCertificate.of(made).serverEndPoint());
  }
}
