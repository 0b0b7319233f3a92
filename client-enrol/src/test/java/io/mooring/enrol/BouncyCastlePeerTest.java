package io.mooring.enrol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.testkit.CsrSigner;
import io.mooring.testkit.EstServer;
import io.mooring.testkit.KeyKind;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.jcajce.JcaHttpAuthBuilder;
import org.bouncycastle.est.jcajce.JsseESTServiceBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bouncy Castle's own EST client against the server that these tests use: so that client and server
 * of ours cannot share one misunderstanding of RFC 7030.
 */
@Timeout(60)
class BouncyCastlePeerTest {
  @Test
  void anotherEstClient_understandsOurServer() throws Exception {
    try (EstServer server = EstServer.builder().basic("meter", "secret").start()) {
      ESTService est =
          new JsseESTServiceBuilder(
                  "localhost:" + server.port(), trusting(server.identity().root()))
              .build();
      List<X509Certificate> authorities = new ArrayList<>();
      for (X509CertificateHolder holder : est.getCACerts().getCertificateStore().getMatches(null)) {
        authorities.add(new JcaX509CertificateConverter().getCertificate(holder));
      }
      assertEquals(Set.copyOf(server.authority().path()), Set.copyOf(authorities));

      KeyPair pair = KeyKind.EC_P256.generate();
      PKCS10CertificationRequest request =
          new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=meter"), pair.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
      est.simpleEnroll(
          false, request, new JcaHttpAuthBuilder("meter", "secret".toCharArray()).build());
      assertEquals(pair.getPublic(), server.issued().get(0).getPublicKey());
    }
  }

  private static X509TrustManager trusting(X509Certificate root) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("root", root);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  /** The other way round: its parser reads our requests as it reads its own. */
  @Test
  void anotherPkcs10Parser_understandsOurRequest() throws Exception {
    SoftKey key = SoftKey.p256();
    CertificateRequest request =
        CertificateRequest.signedBy(key, RequestedNames.subject("CN=meter"));
    try (EstServer server = EstServer.builder().start()) {
      X509Certificate certificate = new CsrSigner(server.authority()).sign(request.der());
      assertEquals(key.publicKey(), certificate.getPublicKey());
    }
  }
}
