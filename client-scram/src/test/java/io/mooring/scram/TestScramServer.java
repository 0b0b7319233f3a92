package io.mooring.scram;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.util.Base64;

/** A SCRAM server whose whole arithmetic is that of ongres scram 3.2, none of it ours. */
final class TestScramServer {
  private final ScramMechanism mechanism;
  private final byte[] storedKey;
  private final byte[] serverKey;
  private final String saltAndCount;
  private final String serverNonce;
  private String clientFirstMessageBare = "";
  private String gs2Header = "";
  private String serverFirstMessage = "";

  TestScramServer(
      String mechanism, String password, byte[] salt, int iterations, String serverNonce) {
    this.mechanism = ScramMechanism.byName(mechanism);
    byte[] saltedPassword =
        ScramFunctions.saltedPassword(
            this.mechanism,
            StringPreparation.SASL_PREPARATION,
            password.toCharArray(),
            salt,
            iterations);
    this.storedKey =
        ScramFunctions.storedKey(
            this.mechanism, ScramFunctions.clientKey(this.mechanism, saltedPassword));
    this.serverKey = ScramFunctions.serverKey(this.mechanism, saltedPassword);
    this.saltAndCount = ",s=" + Exchanges.base64(salt) + ",i=" + iterations;
    this.serverNonce = serverNonce;
  }

  byte[] serverFirst(byte[] clientFirstMessage) {
    String message = Exchanges.text(clientFirstMessage);
    int bare = message.indexOf(",n=") + 1;
    gs2Header = message.substring(0, bare);
    clientFirstMessageBare = message.substring(bare);
    String clientNonce = message.substring(message.indexOf(",r=") + 3);
    serverFirstMessage = "r=" + clientNonce + serverNonce + saltAndCount;
    return Exchanges.utf8(serverFirstMessage);
  }

  /** server-final-message, or {@code e=} if the client's proof or channel binding is wrong. */
  byte[] serverFinal(byte[] clientFinalMessage, byte[] cbindData) {
    String message = Exchanges.text(clientFinalMessage);
    String withoutProof = message.substring(0, message.lastIndexOf(",p="));
    byte[] expectedBinding = new byte[gs2Header.length() + cbindData.length];
    System.arraycopy(Exchanges.utf8(gs2Header), 0, expectedBinding, 0, gs2Header.length());
    System.arraycopy(cbindData, 0, expectedBinding, gs2Header.length(), cbindData.length);
    if (!withoutProof.startsWith("c=" + Exchanges.base64(expectedBinding) + ",")) {
      return Exchanges.utf8("e=channel-bindings-dont-match");
    }
    String authMessage = clientFirstMessageBare + "," + serverFirstMessage + "," + withoutProof;
    byte[] proof = Base64.getDecoder().decode(message.substring(message.lastIndexOf(",p=") + 3));
    if (!ScramFunctions.verifyClientProof(mechanism, proof, storedKey, authMessage)) {
      return Exchanges.utf8("e=invalid-proof");
    }
    return Exchanges.utf8(
        "v=" + Exchanges.base64(ScramFunctions.serverSignature(mechanism, serverKey, authMessage)));
  }
}
