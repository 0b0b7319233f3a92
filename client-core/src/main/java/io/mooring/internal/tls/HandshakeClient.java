package io.mooring.internal.tls;

import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import io.mooring.error.TlsException;
import io.mooring.identity.DeviceIdentity;
import io.mooring.internal.tls.VerifiedServer.NegotiatedTls;
import io.mooring.internal.tls.VerifiedServer.ServerCertificate;
import io.mooring.tls.ChannelBinding;
import io.mooring.tls.CipherPreference;
import io.mooring.tls.TlsPolicy;
import io.mooring.tls.TlsVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/** What this client offers, whom it believes, and what it keeps of a handshake. */
final class HandshakeClient extends AbstractTlsClient implements TlsAuthentication {
  private static final int[] SIGNATURE_SCHEMES = {
    SignatureScheme.ecdsa_secp256r1_sha256,
    SignatureScheme.ecdsa_secp384r1_sha384,
    SignatureScheme.ed25519,
    SignatureScheme.rsa_pss_rsae_sha256,
    SignatureScheme.rsa_pss_rsae_sha384,
    SignatureScheme.rsa_pss_rsae_sha512,
    SignatureScheme.rsa_pss_pss_sha256,
    SignatureScheme.rsa_pss_pss_sha384,
    SignatureScheme.rsa_pss_pss_sha512,
    SignatureScheme.rsa_pkcs1_sha256,
    SignatureScheme.rsa_pkcs1_sha384,
    SignatureScheme.rsa_pkcs1_sha512,
  };

  private final TlsPolicy policy;
  private final String host;
  private final int port;
  private final @Nullable DeviceIdentity identity;
  private final @Nullable ChannelBinding binding;
  private final TlsCryptography cryptography;
  private final ServerVerifier verifier;
  private final @Nullable HandshakeWatch watch;
  private final @Nullable Runnable whenPartIsReady;

  private @Nullable ServerCertificate serverCertificate;
  private byte @Nullable [] serverEndPoint;
  private @Nullable VerifiedServer verifiedServer;
  private boolean certificateRequested;
  private boolean closeNotifyReceived;

  HandshakeClient(
      TlsPolicy policy,
      String host,
      int port,
      @Nullable DeviceIdentity identity,
      @Nullable ChannelBinding binding,
      TlsCryptography cryptography,
      Clock clock,
      @Nullable HandshakeWatch watch,
      @Nullable Runnable whenPartIsReady) {
    super(cryptography);
    this.policy = policy;
    this.host = host;
    this.port = port;
    this.identity = identity;
    this.binding = binding;
    this.cryptography = cryptography;
    this.verifier = new ServerVerifier(policy, host, port, clock);
    this.watch = watch;
    this.whenPartIsReady = whenPartIsReady;
  }

  /** Checks ahead what the broker will present most likely. */
  void foresee() {
    verifier.foresee();
  }

  /** The proof, once the handshake has ended well. */
  @Nullable VerifiedServer verifiedServer() {
    return verifiedServer;
  }

  /** Has the broker asked for a client certificate? */
  boolean certificateRequested() {
    return certificateRequested;
  }

  boolean closeNotifyReceived() {
    return closeNotifyReceived;
  }

  /** Lets go of what was offered: it is the same for every connection, and made anew for each. */
  void forgetOffers() {
    protocolVersions = null;
    cipherSuites = null;
    supportedGroups = null;
    supportedSignatureAlgorithms = null;
    supportedSignatureAlgorithmsCert = null;
  }

  /** Destroys the secrets that the connection needs no more, or all of them. */
  void destroySecrets(boolean all) {
    SecurityParameters parameters =
        context == null ? null : context.getSecurityParametersConnection();
    if (parameters == null) {
      return;
    }
    TlsSession session = context.getSession();
    if (session != null) {
      // Nothing is ever resumed, and it holds a copy of the master secret.
      session.invalidate();
    }
    destroy(parameters.getMasterSecret());
    destroy(parameters.getExporterMasterSecret());
    if (all) {
      destroy(parameters.getTrafficSecretClient());
      destroy(parameters.getTrafficSecretServer());
    }
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return policy.minimumVersion() == TlsVersion.TLS_1_3
        ? ProtocolVersion.TLSv13.only()
        : ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv12);
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    CipherPreference preference = policy.cipherPreference();
    boolean chaChaFirst =
        preference == CipherPreference.CHACHA20
            || (preference == CipherPreference.AUTO && !CpuFeatures.hasAes());
    return Suite.offer(chaChaFirst);
  }

  /**
   * X25519MLKEM768 is the wish, X25519 the key share: a broker that knows both asks for the first.
   */
  @Override
  protected Vector<Integer> getSupportedGroups(
      @SuppressWarnings("rawtypes") Vector namedGroupRoles) {
    Vector<Integer> groups = new Vector<>();
    if (policy.postQuantum()) {
      groups.add(NamedGroup.X25519MLKEM768);
    }
    groups.add(NamedGroup.x25519);
    // Without these two bctls would not offer ECDSA either.
    groups.add(NamedGroup.secp256r1);
    groups.add(NamedGroup.secp384r1);
    return groups;
  }

  @Override
  protected Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithms() {
    Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
    for (int scheme : SIGNATURE_SCHEMES) {
      algorithms.add(SignatureScheme.getSignatureAndHashAlgorithm(scheme));
    }
    return algorithms;
  }

  /** An address is no server name (RFC 6066, section 3). */
  @Override
  protected @Nullable Vector<ServerName> getSNIServerNames() {
    if (IpAddresses.parse(host) != null) {
      return null;
    }
    Vector<ServerName> names = new Vector<>();
    names.add(new ServerName(NameType.host_name, host.getBytes(StandardCharsets.US_ASCII)));
    return names;
  }

  @Override
  protected @Nullable Vector<ProtocolName> getProtocolNames() {
    if (policy.alpn().isEmpty()) {
      return null;
    }
    Vector<ProtocolName> names = new Vector<>();
    policy.alpn().forEach(name -> names.add(ProtocolName.asUtf8Encoding(name)));
    return names;
  }

  /** Certificates off the path may be signed as they like; our own checks judge the path. */
  @Override
  public boolean shouldCheckSigAlgOfPeerCerts() {
    return false;
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return this;
  }

  @Override
  public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
    Certificate chain = server.getCertificate();
    if (chain == null || chain.isEmpty()) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, "no certificate");
    }
    try {
      List<X509Certificate> presented = decode(chain);
      serverCertificate = verify(presented, Staple.of(server, context));
      if (binding == ChannelBinding.TLS_SERVER_END_POINT) {
        serverEndPoint = ServerEndPoint.of(presented.get(0));
      }
    } catch (MooringException e) {
      throw refuse(e, Alerts.forRefusal(e));
    }
  }

  private ServerCertificate verify(List<X509Certificate> presented, byte @Nullable [] staple) {
    if (watch != null) {
      watch.presented(List.copyOf(presented));
    }
    HandshakeWatch.begins(watch);
    ServerCertificate verified = verifier.verify(presented, staple);
    HandshakeWatch.ends(watch);
    OcspStatement statement = verifier.statement();
    if (watch != null && statement != null) {
      watch.stapled(statement.answer() == OcspStatement.Answer.GOOD, statement.words());
    }
    return verified;
  }

  @Override
  public @Nullable TlsCredentials getClientCredentials(CertificateRequest request)
      throws IOException {
    certificateRequested = true;
    if (identity == null) {
      return null;
    }
    try {
      boolean tls13 =
          ProtocolVersion.TLSv13.equals(
              context.getSecurityParametersHandshake().getNegotiatedVersion());
      return ClientCredentials.answer(
          request, identity, tls13, cryptography, host + ":" + port, whenPartIsReady);
    } catch (MooringException e) {
      throw refuse(e, AlertDescription.handshake_failure);
    }
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    ServerCertificate certificate = serverCertificate;
    if (certificate == null) {
      throw new TlsFatalAlert(AlertDescription.internal_error, "no server certificate was checked");
    }
    SecurityParameters parameters = context.getSecurityParametersConnection();
    int group = parameters.getNegotiatedGroup();
    String alpn = alpn(parameters.getApplicationProtocol());
    boolean tls13 = ProtocolVersion.TLSv13.equals(parameters.getNegotiatedVersion());
    verifier.handshakeEnded();
    verifiedServer =
        new VerifiedServer(
            host,
            port,
            certificate,
            new NegotiatedTls(
                (tls13 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2).standardName(),
                Suite.nameOf(parameters.getCipherSuite()),
                group < 0 ? null : NamedGroup.getName(group),
                alpn,
                channelBinding(parameters, tls13),
                certificateRequested));
  }

  @Override
  public void notifyAlertReceived(short level, short description) {
    if (level == AlertLevel.warning && description == AlertDescription.close_notify) {
      closeNotifyReceived = true;
    }
  }

  private @Nullable String alpn(@Nullable ProtocolName chosen) throws IOException {
    if (chosen == null) {
      return null;
    }
    String name = chosen.getUtf8Decoding();
    if (!policy.alpn().contains(name)) {
      throw new TlsFatalAlert(
          AlertDescription.illegal_parameter, "the ALPN protocol chosen was not offered");
    }
    return name;
  }

  private byte @Nullable [] channelBinding(SecurityParameters parameters, boolean tls13)
      throws IOException {
    if (binding == null) {
      return null;
    }
    return switch (binding) {
      case TLS_SERVER_END_POINT -> serverEndPoint;
      case TLS_EXPORTER -> {
        if (!tls13 && !parameters.isExtendedMasterSecret()) {
          // To ask would end in an IllegalStateException: RFC 9266 demands the extension on TLS
          // 1.2.
          throw refuse(
              new TlsException(
                  ErrorCode.CHANNEL_BINDING_UNAVAILABLE,
                  "Channel binding tls-exporter is not possible with "
                      + host
                      + ": TLS 1.2 without extended master secret (RFC 7627). Enable TLS 1.3 on the"
                      + " broker, or use tls-server-end-point.",
                  null),
              AlertDescription.handshake_failure);
        }
        yield context.exportChannelBinding(org.bouncycastle.tls.ChannelBinding.tls_exporter);
      }
    };
  }

  /** bctls sends the alert and throws this on to whoever offered the record, cause included. */
  private static TlsFatalAlert refuse(MooringException reason, short alert) {
    return new TlsFatalAlert(alert, reason);
  }

  private List<X509Certificate> decode(Certificate chain) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (TlsCertificate certificate : chain.getCertificateList()) {
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(certificate.getEncoded())));
      }
    } catch (CertificateException e) {
      throw refuse(
          new TlsException(
              ErrorCode.CERTIFICATE_UNREADABLE,
              "The broker at "
                  + host
                  + ":"
                  + port
                  + " sent a certificate that cannot be read: "
                  + Subjects.printable(String.valueOf(e.getMessage()))
                  + ". The broker needs a well-formed certificate.",
              e),
          AlertDescription.bad_certificate);
    }
    return certificates;
  }

  private static void destroy(@Nullable TlsSecret secret) {
    if (secret != null) {
      secret.destroy();
    }
  }
}
