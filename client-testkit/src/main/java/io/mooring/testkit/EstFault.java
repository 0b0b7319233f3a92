package io.mooring.testkit;

/** What an EST server does wrong, once it comes to issuing a certificate. */
public enum EstFault {
  /** Nothing. */
  NONE,
  /** Certifies another key than the one asked for. */
  WRONG_KEY,
  /** Issues a certificate whose last day is over. */
  EXPIRED,
  /** Issues a certificate for TLS servers. */
  FOR_SERVERS,
  /** Answers with more than a megabyte. */
  OVERSIZED,
  /** Answers with base64 of bytes that are no PKCS#7. */
  GARBAGE,
  /** Answers with bytes that are no base64. */
  NO_BASE64,
  /** Answers with a PKCS#7 that holds no certificate. */
  NO_CERTIFICATE,
  /** Answers with a page of HTML and status 200. */
  HTML,
  /** Redirects to plain http at the same host and port. */
  REDIRECT_TO_HTTP,
  /** Redirects to another https host. */
  REDIRECT_ELSEWHERE,
  /** Redirects to itself for ever. */
  REDIRECT_IN_A_CIRCLE,
  /** Refuses with 400 and a text that tries to write to a terminal. */
  REFUSAL,
  /** Fails with 503 and Retry-After. */
  BUSY,
  /** Never answers. */
  SILENCE,
  /** Leaves the issuing authority out of cacerts. */
  GAP_IN_CACERTS
}
