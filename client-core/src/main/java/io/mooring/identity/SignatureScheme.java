package io.mooring.identity;

/** TLS signature schemes that a device key may sign with (RFC 8446, section 4.2.3). */
public enum SignatureScheme {
  ECDSA_SECP256R1_SHA256(0x0403),
  ECDSA_SECP384R1_SHA384(0x0503),
  ECDSA_SECP521R1_SHA512(0x0603),
  ED25519(0x0807),
  RSA_PSS_RSAE_SHA256(0x0804),
  RSA_PSS_RSAE_SHA384(0x0805),
  RSA_PSS_RSAE_SHA512(0x0806),
  /** TLS 1.2 only. */
  RSA_PKCS1_SHA256(0x0401),
  /** TLS 1.2 only. */
  RSA_PKCS1_SHA384(0x0501),
  /** TLS 1.2 only. */
  RSA_PKCS1_SHA512(0x0601);

  private final int code;

  SignatureScheme(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }
}
