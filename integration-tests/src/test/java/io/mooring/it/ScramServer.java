package io.mooring.it;

import io.mooring.testkit.Canaries;
import io.mooring.testkit.MqttPacket;
import io.mooring.testkit.MqttProperty;
import io.mooring.testkit.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The broker's half of SCRAM-SHA-256 (RFC 5802, section 3) in a few lines of JCA: honest arithmetic
 * that a script may then spoil.
 */
final class ScramServer {
  static final String METHOD = "SCRAM-SHA-256";
  static final String USER = "meter-0042";
  static final String PASSWORD = Canaries.PASSWORD;
  static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  static final int ITERATIONS = 4096;
  static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF";

  private final byte[] saltedPassword;
  private String clientFirstBare = "";
  private String clientNonce = "";
  private String serverFirst = "";

  ScramServer() {
    try {
      saltedPassword =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(
                  new PBEKeySpec(
                      PASSWORD.toCharArray(), Base64.getDecoder().decode(SALT), ITERATIONS, 256))
              .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads CONNECT and remembers client-first-message. */
  MqttPacket.Connect connect(Wire wire) throws IOException {
    MqttPacket.Connect connect = wire.expectConnect();
    clientFirst(
        connect.properties().bytes(MqttProperty.AUTHENTICATION_DATA).orElseThrow().toArray());
    return connect;
  }

  void clientFirst(byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    clientFirstBare = text.substring(text.indexOf("n=", 1));
    clientNonce = clientFirstBare.substring(clientFirstBare.indexOf(",r=") + 3);
  }

  String clientNonce() {
    return clientNonce;
  }

  /** The honest server-first-message. */
  String serverFirst() {
    return serverFirst(clientNonce + SERVER_NONCE, SALT, Integer.toString(ITERATIONS));
  }

  String serverFirst(String nonce, String salt, String iterations) {
    serverFirst = "r=" + nonce + ",s=" + salt + ",i=" + iterations;
    return serverFirst;
  }

  void challenge(Wire wire, String text) throws IOException {
    wire.auth(0x18, METHOD, bytes(text));
  }

  /** The honest server-final-message for this client-final-message, which it also checks. */
  String serverFinal(byte[] clientFinal) {
    String text = new String(clientFinal, StandardCharsets.UTF_8);
    int proofAt = text.lastIndexOf(",p=");
    byte[] authMessage =
        bytes(clientFirstBare + "," + serverFirst + "," + text.substring(0, proofAt));
    byte[] clientKey = hmac(saltedPassword, bytes("Client Key"));
    byte[] signature = hmac(sha256(clientKey), authMessage);
    byte[] proof = Base64.getDecoder().decode(text.substring(proofAt + 3));
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= signature[i];
    }
    if (!MessageDigest.isEqual(proof, clientKey)) {
      throw new AssertionError("the client's proof does not hold");
    }
    byte[] serverKey = hmac(saltedPassword, bytes("Server Key"));
    return "v=" + Base64.getEncoder().encodeToString(hmac(serverKey, authMessage));
  }

  /** CONNECT to CONNACK as an honest broker does it. */
  void authenticate(Wire wire) throws IOException {
    connect(wire);
    challenge(wire, serverFirst());
    wire.connack(METHOD, bytes(serverFinal(wire.expectAuth().data().toArray())));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
