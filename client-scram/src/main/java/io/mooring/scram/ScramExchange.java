package io.mooring.scram;

import io.mooring.auth.AuthenticationExchange;
import io.mooring.error.ErrorCode;
import io.mooring.error.ServerProofException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One run of the SCRAM client (RFC 5802, sections 3 and 5): bytes in, bytes out, one state after
 * the other. Any refusal is final.
 */
final class ScramExchange implements AuthenticationExchange {
  private final ScramHash hash;
  private final ScramLogin login;
  private final byte[] saslName;
  private final byte[] gs2Header;
  private final byte[] cbindData;
  private State state;

  /**
   * Makes an exchange.
   *
   * @param gs2Header such as {@code n,,} or {@code p=tls-exporter,,}
   * @param cbindData the channel binding's bytes; empty without one; taken over
   * @param nonce c-nonce, fresh for this exchange; taken over
   * @throws io.mooring.error.CredentialException if SASLprep refuses the user name
   */
  ScramExchange(
      ScramHash hash, ScramLogin login, String gs2Header, byte[] cbindData, byte[] nonce) {
    this.hash = hash;
    this.login = login;
    this.saslName = login.saslName();
    this.gs2Header = ScramSyntax.ascii(gs2Header);
    this.cbindData = cbindData;
    this.state = new Fresh(nonce);
  }

  /** client-first-message = gs2-header client-first-message-bare. */
  @Override
  public byte[] initialData() {
    if (!(state instanceof Fresh fresh)) {
      throw new IllegalStateException("initialData() was already called; the exchange " + state);
    }
    byte[] clientFirstMessageBare =
        concat(ScramSyntax.ascii("n="), saslName, ScramSyntax.ascii(",r="), fresh.nonce);
    state = new AwaitingServerFirst(fresh.nonce, clientFirstMessageBare);
    return concat(gs2Header, clientFirstMessageBare);
  }

  /** Answers server-first-message by client-final-message. */
  @Override
  public byte[] respond(byte @Nullable [] serverFirstMessage) {
    if (!(state instanceof AwaitingServerFirst awaiting)) {
      throw outOfTurn("a challenge (AUTH 0x18)");
    }
    state = new Refused();
    try {
      return clientFinalMessage(awaiting, serverFirstMessage);
    } finally {
      awaiting.wipe();
    }
  }

  /** Verifies server-final-message; returning means that the broker knows the credential. */
  @Override
  public void finish(byte @Nullable [] serverFinalMessage) {
    if (!(state instanceof AwaitingServerFinal awaiting)) {
      throw outOfTurn("success");
    }
    state = new Refused();
    try {
      byte[] received = ServerFinalMessage.parse(serverFinalMessage).serverSignature();
      if (!MessageDigest.isEqual(awaiting.serverSignature, received)) {
        throw new ServerProofException(
            ErrorCode.SERVER_SIGNATURE_WRONG,
            "The broker's SCRAM signature is wrong: it does not know this device's credential."
                + " While connecting only CONNECT and AUTH are sent to it; CONNECT holds the Will and"
                + " User Properties, if any. Check the endpoint; this is not retried.",
            null);
      }
      login.proven(awaiting.keys, awaiting.salt, awaiting.iterations);
      state = new Proven();
    } finally {
      awaiting.wipe();
    }
  }

  @Override
  public void close() {
    state.wipe();
    state = new Closed();
    Arrays.fill(cbindData, (byte) 0);
  }

  /** The state, never what it holds. */
  @Override
  public String toString() {
    return "ScramExchange[" + hash.mechanism() + ", " + state + "]";
  }

  private byte[] clientFinalMessage(
      AwaitingServerFirst awaiting, byte @Nullable [] serverFirstMessage) {
    ServerFirstMessage serverFirst =
        ServerFirstMessage.parse(serverFirstMessage, awaiting.nonce, login.bounds().max());
    ClientAndServerKey keys = login.keys(serverFirst.salt(), serverFirst.iterations());
    byte[] cbindInput = Base64.getEncoder().encode(concat(gs2Header, cbindData));
    byte[] clientFinalMessageWithoutProof =
        concat(ScramSyntax.ascii("c="), cbindInput, ScramSyntax.ascii(",r="), serverFirst.nonce());
    byte[] comma = ScramSyntax.ascii(",");
    byte[] authMessage =
        concat(
            awaiting.clientFirstMessageBare,
            comma,
            serverFirstMessage == null ? new byte[0] : serverFirstMessage,
            comma,
            clientFinalMessageWithoutProof);
    byte[] clientProof = new byte[0];
    byte[] p = new byte[0];
    try {
      clientProof = keys.clientProof(hash, authMessage);
      p = Base64.getEncoder().encode(clientProof);
      state =
          new AwaitingServerFinal(
              keys.copy(hash),
              serverFirst.salt(),
              serverFirst.iterations(),
              keys.serverSignature(hash, authMessage));
      return concat(clientFinalMessageWithoutProof, ScramSyntax.ascii(",p="), p);
    } finally {
      keys.close();
      Arrays.fill(authMessage, (byte) 0);
      Arrays.fill(clientProof, (byte) 0);
      Arrays.fill(p, (byte) 0);
    }
  }

  private RuntimeException outOfTurn(String what) {
    String evidence = "The broker sent " + what + " when SCRAM " + state + ". ";
    RuntimeException error;
    if (state instanceof Fresh || state instanceof Closed) {
      error = new IllegalStateException("the exchange " + state + "; begin a new one");
    } else if (state instanceof AwaitingServerFirst) {
      error =
          new ServerProofException(
              ErrorCode.SERVER_SKIPPED_PROOF,
              evidence
                  + "It skipped its challenge, so it has proven nothing, and got no proof from us."
                  + " Check the endpoint, and that SCRAM is enabled on the broker.",
              null);
    } else {
      error =
          new ServerProofException(
              ErrorCode.SCRAM_MALFORMED,
              evidence
                  + "The standard has one challenge and one answer; the exchange was ended."
                  + " Check the endpoint.",
              null);
    }
    state.wipe();
    if (error instanceof ServerProofException) {
      state = new Refused();
    }
    return error;
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /** Where the exchange stands; {@code toString} completes the sentence "SCRAM ...". */
  private sealed interface State
      permits Fresh, AwaitingServerFirst, AwaitingServerFinal, Proven, Refused, Closed {
    default void wipe() {}
  }

  private static final class Fresh implements State {
    private final byte[] nonce;

    Fresh(byte[] nonce) {
      this.nonce = nonce;
    }

    @Override
    public void wipe() {
      Arrays.fill(nonce, (byte) 0);
    }

    @Override
    public String toString() {
      return "had not begun";
    }
  }

  private static final class AwaitingServerFirst implements State {
    private final byte[] nonce;
    private final byte[] clientFirstMessageBare;

    AwaitingServerFirst(byte[] nonce, byte[] clientFirstMessageBare) {
      this.nonce = nonce;
      this.clientFirstMessageBare = clientFirstMessageBare;
    }

    @Override
    public void wipe() {
      Arrays.fill(nonce, (byte) 0);
      Arrays.fill(clientFirstMessageBare, (byte) 0);
    }

    @Override
    public String toString() {
      return "was waiting for server-first-message";
    }
  }

  private static final class AwaitingServerFinal implements State {
    private final ClientAndServerKey keys;
    private final byte[] salt;
    private final int iterations;
    private final byte[] serverSignature;

    AwaitingServerFinal(
        ClientAndServerKey keys, byte[] salt, int iterations, byte[] serverSignature) {
      this.keys = keys;
      this.salt = salt;
      this.iterations = iterations;
      this.serverSignature = serverSignature;
    }

    @Override
    public void wipe() {
      keys.close();
      Arrays.fill(serverSignature, (byte) 0);
    }

    @Override
    public String toString() {
      return "was waiting for server-final-message";
    }
  }

  private static final class Proven implements State {
    @Override
    public String toString() {
      return "had ended with proof";
    }
  }

  private static final class Refused implements State {
    @Override
    public String toString() {
      return "had ended without proof";
    }
  }

  private static final class Closed implements State {
    @Override
    public String toString() {
      return "was closed";
    }
  }
}
