package io.mooring.cli;

import io.mooring.error.ErrorCode;
import java.text.ParseException;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.SingleResponse;

/**
 * What a stapled OCSP response says (RFC 6960, section 4.2.1). Its signature is not verified:
 * nothing rests on it, it is only reported.
 */
final class OcspStaple {
  private OcspStaple() {}

  static void examine(Findings findings, byte[] der, Instant now) {
    try {
      OCSPResponse response = OCSPResponse.getInstance(der);
      ResponseBytes bytes = response.getResponseBytes();
      if (response.getResponseStatus().getIntValue() != OCSPResponseStatus.SUCCESSFUL
          || bytes == null) {
        findings.warn(
            ErrorCode.REVOCATION_STAPLE,
            "The stapled OCSP response is an error: status "
                + response.getResponseStatus().getIntValue()
                + ".");
        return;
      }
      SingleResponse single =
          SingleResponse.getInstance(
              BasicOCSPResponse.getInstance(bytes.getResponse().getOctets())
                  .getTbsResponseData()
                  .getResponses()
                  .getObjectAt(0));
      judge(findings, single, now);
    } catch (IllegalArgumentException
        | IllegalStateException
        | ArrayIndexOutOfBoundsException
        | ParseException e) {
      findings.warn(ErrorCode.REVOCATION_STAPLE, "The stapled OCSP response cannot be read.");
    }
  }

  private static void judge(Findings findings, SingleResponse single, Instant now)
      throws ParseException {
    CertStatus status = single.getCertStatus();
    ASN1GeneralizedTime next = single.getNextUpdate();
    String said =
        switch (status.getTagNo()) {
          case 0 -> "good";
          case 1 -> "revoked";
          default -> "unknown";
        };
    boolean over = next != null && next.getDate().toInstant().isBefore(now);
    findings.saw(
        "stapled OCSP response: "
            + said
            + (next == null ? "" : ", until " + next.getDate().toInstant()));
    if (status.getTagNo() != 0 || over) {
      findings.warn(
          ErrorCode.REVOCATION_STAPLE,
          "The stapled OCSP response says " + said + (over ? ", and is out of date." : "."));
    }
  }
}
