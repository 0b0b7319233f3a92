package io.mooring.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.jspecify.annotations.Nullable;

/** The stapled OCSP response of a handshake (RFC 6066, section 8; RFC 8446, section 4.4.2.1). */
final class Staple {
  private Staple() {}

  /** Its DER, or null if there is none. */
  static byte @Nullable [] of(TlsServerCertificate server, TlsContext context) throws IOException {
    CertificateStatus status = server.getCertificateStatus(); // TLS 1.2
    if (status == null) {
      byte[] inEntry = inEntry(server); // TLS 1.3
      status =
          inEntry == null
              ? null
              : CertificateStatus.parse(context, new ByteArrayInputStream(inEntry));
    }
    return status != null && status.getStatusType() == CertificateStatusType.ocsp
        ? status.getOCSPResponse().getEncoded()
        : null;
  }

  private static byte @Nullable [] inEntry(TlsServerCertificate server) {
    Map<?, ?> extensions = server.getCertificate().getCertificateEntryAt(0).getExtensions();
    return extensions != null
            && extensions.get(TlsExtensionsUtils.EXT_status_request) instanceof byte[] data
        ? data
        : null;
  }
}
