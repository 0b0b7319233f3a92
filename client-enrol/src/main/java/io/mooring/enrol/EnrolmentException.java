package io.mooring.enrol;

import io.mooring.error.ErrorCode;
import io.mooring.error.MooringException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A certificate was not issued, or what was issued cannot be used; {@link #reason()} says why in a
 * form code can act on. Network and TLS failures keep their own types.
 */
public final class EnrolmentException extends MooringException {
  private static final long serialVersionUID = 1L;
  private static final int NO_STATUS = -1;

  /** Why there is no new certificate. */
  public enum Reason {
    /** The server said no (HTTP 4xx): wrong password, certificate not welcome, request refused. */
    REFUSED(ErrorCode.ENROLMENT_REFUSED),
    /** The server waits for an approval (HTTP 202); see {@link EnrolmentException#retryAfter()}. */
    PENDING(ErrorCode.ENROLMENT_PENDING),
    /** The server has a fault or is busy (HTTP 5xx). */
    UNAVAILABLE(ErrorCode.ENROLMENT_UNAVAILABLE),
    /** The server sends the client to another place than the one it was told to trust. */
    REDIRECTED(ErrorCode.ENROLMENT_REDIRECTED),
    /** The answer breaks HTTP, RFC 7030 or PKCS#7, or is too large. */
    PROTOCOL(ErrorCode.ENROLMENT_PROTOCOL),
    /** A file or text that should hold certificates does not. */
    UNREADABLE(ErrorCode.ENROLMENT_UNREADABLE),
    /** The server wants the request bound to the connection, which this connection cannot give. */
    NO_CHANNEL_BINDING(ErrorCode.ENROLMENT_NO_CHANNEL_BINDING),
    /** The certificate is for another key. */
    WRONG_KEY(ErrorCode.ISSUED_FOR_OTHER_KEY),
    /** The certificate, or one that issued it, has expired or is not valid yet. */
    NOT_VALID(ErrorCode.ISSUED_NOT_VALID),
    /** The certificate is not meant for TLS client authentication, or is an authority's own. */
    WRONG_USAGE(ErrorCode.ISSUED_FOR_OTHER_USE),
    /** A certificate between the device's own and its authority is missing. */
    INCOMPLETE_CHAIN(ErrorCode.ISSUED_CHAIN_INCOMPLETE),
    /** There is no identity to renew. */
    NOT_ENROLLED(ErrorCode.NOT_ENROLLED);

    private final ErrorCode code;

    Reason(ErrorCode code) {
      this.code = code;
    }
  }

  private final Reason reason;
  private final int httpStatus;
  private final @Nullable Duration retryAfter;

  EnrolmentException(Reason reason, String message) {
    this(reason, message, NO_STATUS, null, null);
  }

  EnrolmentException(Reason reason, String message, @Nullable Throwable cause) {
    this(reason, message, NO_STATUS, null, cause);
  }

  EnrolmentException(
      Reason reason,
      String message,
      int httpStatus,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(reason.code, message, cause);
    this.reason = reason;
    this.httpStatus = httpStatus;
    this.retryAfter = retryAfter;
  }

  /** Why there is no new certificate. */
  public Reason reason() {
    return reason;
  }

  /** The HTTP status that the server answered with, if it is the reason. */
  public OptionalInt httpStatus() {
    return httpStatus == NO_STATUS ? OptionalInt.empty() : OptionalInt.of(httpStatus);
  }

  /** How long the server asks to wait before the same request is made again, if it says so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** True for {@link Reason#PENDING} and {@link Reason#UNAVAILABLE}. */
  @Override
  public boolean retryable() {
    return reason == Reason.PENDING || reason == Reason.UNAVAILABLE;
  }
}
