package io.mooring.cli;

import io.mooring.enrol.EnrolmentException;
import io.mooring.error.BrokerRefusalException;
import io.mooring.error.ClientCertificateRefusedException;
import io.mooring.error.CredentialException;
import io.mooring.error.KeystoreException;
import io.mooring.error.ListeningSocketException;
import io.mooring.error.NetworkException;
import io.mooring.error.OutboxException;
import io.mooring.error.ProtocolViolationException;
import io.mooring.error.PublishException;
import io.mooring.error.ServerProofException;
import io.mooring.error.SubscribeException;
import io.mooring.error.TlsException;
import picocli.CommandLine.ParameterException;

/** What the process says when it ends; the whole mapping of errors to numbers. */
enum ExitCode {
  DONE(0),
  /** Nothing the world did: a fault inside Mooring, or standard output is gone. */
  FAULT(1),
  USAGE(2),
  /** Network or timeout. */
  NETWORK(3),
  /** TLS failed, or the broker's TLS identity was refused: path, name or pin. */
  TLS(4),
  /** The broker refused us, or our certificate. */
  REFUSED(5),
  /** The broker failed to prove itself. */
  SERVER_PROOF(6),
  /** A publish or subscribe was refused. */
  MESSAGE_REFUSED(7),
  /** A keystore, token, key, certificate or password file. */
  CREDENTIAL(8),
  PROTOCOL_VIOLATION(9),
  /** This process listens on a socket, and {@code --audit-sockets} looked. */
  LISTENING(10),
  /** The outbox on disk cannot be used, holds damage, or the disk fails. */
  OUTBOX(11);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The code of an error; subclasses stand before what they extend. */
  static ExitCode of(Throwable failure) {
    if (failure instanceof UsageException || failure instanceof ParameterException) {
      return USAGE;
    }
    if (failure instanceof ClientCertificateRefusedException
        || failure instanceof BrokerRefusalException) {
      return REFUSED;
    }
    if (failure instanceof EnrolmentException enrolment) {
      return of(enrolment.reason());
    }
    if (failure instanceof TlsException) {
      return TLS;
    }
    if (failure instanceof NetworkException) {
      return NETWORK;
    }
    if (failure instanceof ServerProofException) {
      return SERVER_PROOF;
    }
    if (failure instanceof PublishException || failure instanceof SubscribeException) {
      return MESSAGE_REFUSED;
    }
    if (failure instanceof CredentialException || failure instanceof KeystoreException) {
      return CREDENTIAL;
    }
    if (failure instanceof ListeningSocketException) {
      return LISTENING;
    }
    if (failure instanceof OutboxException || failure instanceof DamagedOutboxException) {
      return OUTBOX;
    }
    return failure instanceof ProtocolViolationException ? PROTOCOL_VIOLATION : FAULT;
  }

  private static ExitCode of(EnrolmentException.Reason reason) {
    return switch (reason) {
      case REFUSED -> REFUSED;
      case PENDING, UNAVAILABLE -> NETWORK;
      case REDIRECTED, PROTOCOL, NO_CHANNEL_BINDING -> PROTOCOL_VIOLATION;
      case WRONG_KEY, NOT_VALID, WRONG_USAGE, INCOMPLETE_CHAIN, UNREADABLE, NOT_ENROLLED ->
          CREDENTIAL;
    };
  }
}
