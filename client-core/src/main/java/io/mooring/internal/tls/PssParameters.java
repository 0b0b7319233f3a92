package io.mooring.internal.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** With which hashes a certificate is signed by RSASSA-PSS (RFC 4055, section 3.1). */
final class PssParameters {
  /** id-RSASSA-PSS, which not every provider calls by the same name. */
  static final String OID = "1.2.840.113549.1.1.10";

  private static final String NAME = "RSASSA-PSS";
  private static final int SHA1_BYTES = 20;

  private PssParameters() {}

  /**
   * The parameters of the signature. Where they are missing, each has its default: SHA-1.
   *
   * @throws GeneralSecurityException or IOException if they cannot be read
   */
  static PSSParameterSpec of(X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    byte[] encoded = certificate.getSigAlgParams();
    if (encoded == null) {
      return new PSSParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, SHA1_BYTES, 1);
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance(NAME);
    parameters.init(encoded);
    return parameters.getParameterSpec(PSSParameterSpec.class);
  }

  /** The two hashes for messages, such as "RSASSA-PSS, SHA-256 and MGF1 of SHA-1". */
  static String text(X509Certificate certificate) {
    try {
      PSSParameterSpec parameters = of(certificate);
      return NAME + ", " + parameters.getDigestAlgorithm() + " and MGF1 of " + mask(parameters);
    } catch (GeneralSecurityException | IOException e) {
      return NAME + " with parameters that cannot be read";
    }
  }

  /** True if one of the two hashes is MD5 or SHA-1, or unknown: what cannot be read is weak. */
  static boolean areWeak(X509Certificate certificate) {
    try {
      PSSParameterSpec parameters = of(certificate);
      return isWeak(parameters.getDigestAlgorithm()) || isWeak(mask(parameters));
    } catch (GeneralSecurityException | IOException e) {
      return true;
    }
  }

  private static String mask(PSSParameterSpec parameters) throws IOException {
    if (parameters.getMGFParameters() instanceof MGF1ParameterSpec mgf1) {
      return mgf1.getDigestAlgorithm();
    }
    throw new IOException("mask generation by " + parameters.getMGFAlgorithm());
  }

  private static boolean isWeak(String hash) {
    return switch (hash.replace("-", "")) {
      case "SHA", "SHA1" -> true;
      default -> hash.startsWith("MD");
    };
  }
}
