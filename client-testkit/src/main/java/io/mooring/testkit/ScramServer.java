package io.mooring.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one SCRAM exchange (RFC 5802, RFC 7677), bytes in and bytes out, written
 * apart from the client's. A test that wants a lying server takes these bytes and bends them.
 *
 * <p>An unknown user gets a salt that is his for ever and fails at the end as a wrong password
 * does, so that nothing tells the two apart.
 */
public final class ScramServer {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_LENGTH = 18;
  private static final int FAKE_SALT_LENGTH = 16;

  private final Config config;
  private final boolean plus;
  private State state = State.EXPECTS_CLIENT_FIRST;
  private String user = "";
  private String gs2Header = "";
  private byte[] bindingData = new byte[0];
  private String clientFirstBare = "";
  private String serverFirst = "";
  private String nonce = "";
  private @Nullable ScramCredential credential;

  private ScramServer(Config config, boolean plus) {
    this.config = config;
    this.plus = plus;
  }

  /**
   * What the exchanges of one server share.
   *
   * @param hash the hash function
   * @param users finds the credential of a user name
   * @param bindings channel-binding data by type, such as {@code tls-server-end-point}; the {@code
   *     -PLUS} mechanism is on offer if there is one
   * @param nonces the server's part of the nonce: printable ASCII without a comma
   * @param fakeIterations the iteration count that an unknown user is told
   * @param fakeSaltKey a secret of the server from which salts of unknown users are made
   */
  public record Config(
      ScramHash hash,
      Function<String, Optional<ScramCredential>> users,
      Map<String, Bytes> bindings,
      Supplier<String> nonces,
      int fakeIterations,
      Bytes fakeSaltKey) {

    /**
     * A server with random nonces and secrets, no channel binding, 4096 iterations for strangers.
     */
    public static Config of(ScramHash hash, Function<String, Optional<ScramCredential>> users) {
      return new Config(
          hash, users, Map.of(), ScramServer::randomNonce, 4096, Bytes.of(random(32)));
    }

    /** The same server with channel binding. */
    public Config withBindings(Map<String, Bytes> offered) {
      return new Config(hash, users, Map.copyOf(offered), nonces, fakeIterations, fakeSaltKey);
    }

    /** The same server with nonces of the caller's choice, for vectors. */
    public Config withNonces(Supplier<String> chosen) {
      return new Config(hash, users, bindings, chosen, fakeIterations, fakeSaltKey);
    }

    /** The mechanism; no secret. */
    @Override
    public String toString() {
      return "Config[" + hash.mechanism() + ", bindings " + bindings.keySet() + "]";
    }

    /** Begins an exchange of the mechanism without channel binding. */
    public ScramServer begin() {
      return new ScramServer(this, false);
    }

    /** Begins an exchange of the mechanism's {@code -PLUS} variant. */
    public ScramServer beginPlus() {
      return new ScramServer(this, true);
    }
  }

  /**
   * Takes client-first-message.
   *
   * @return server-first-message
   * @throws ScramRefusal if the message is ill-formed or asks for what is not on offer
   * @throws IllegalStateException if the exchange is past this step
   */
  public byte[] serverFirst(byte[] clientFirst) throws ScramRefusal {
    enter(State.EXPECTS_CLIENT_FIRST);
    String message = utf8(clientFirst);
    int flagEnd = message.indexOf(',');
    int headerEnd = flagEnd < 0 ? -1 : message.indexOf(',', flagEnd + 1);
    if (headerEnd < 0) {
      throw new ScramRefusal("client-first-message has no gs2-header");
    }
    gs2Header = message.substring(0, headerEnd + 1);
    clientFirstBare = message.substring(headerEnd + 1);
    chooseBinding(message.substring(0, flagEnd));
    String[] attributes = clientFirstBare.split(",", -1);
    if (attributes.length < 2) {
      throw new ScramRefusal("client-first-message-bare has no user name and nonce");
    }
    user = saslName(value(attributes[0], 'n'));
    refuseOtherAuthorization(message.substring(flagEnd + 1, headerEnd));
    String clientNonce = value(attributes[1], 'r');
    if (clientNonce.isEmpty() || !clientNonce.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      throw new ScramRefusal("the client's nonce is empty or not printable ASCII");
    }
    ScramCredential found = config.users().apply(user).orElseGet(this::stranger);
    credential = found;
    nonce = clientNonce + config.nonces().get();
    serverFirst =
        "r=%s,s=%s,i=%d"
            .formatted(nonce, Base64.getEncoder().encodeToString(found.salt()), found.iterations());
    state = State.EXPECTS_CLIENT_FINAL;
    return serverFirst.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Takes client-final-message.
   *
   * @return server-final-message, which proves that this server knows the user
   * @throws ScramRefusal if the client did not prove that it knows the password, or the channel is
   *     not the same
   * @throws IllegalStateException if the exchange is not at this step
   */
  public byte[] serverFinal(byte[] clientFinal) throws ScramRefusal {
    enter(State.EXPECTS_CLIENT_FINAL);
    String message = utf8(clientFinal);
    int proofStart = message.lastIndexOf(",p=");
    if (proofStart < 0) {
      throw new ScramRefusal("client-final-message has no proof");
    }
    String withoutProof = message.substring(0, proofStart);
    String[] attributes = withoutProof.split(",", -1);
    if (attributes.length < 2) {
      throw new ScramRefusal("client-final-message has no channel binding and nonce");
    }
    byte[] binding = base64(value(attributes[0], 'c'));
    byte[] expected = MqttPackets.concat(gs2Header.getBytes(StandardCharsets.UTF_8), bindingData);
    if (!MessageDigest.isEqual(expected, binding)) {
      throw new ScramRefusal("the client is bound to another channel, or to another gs2-header");
    }
    if (!value(attributes[1], 'r').equals(nonce)) {
      throw new ScramRefusal("the nonce is not the one that was agreed on");
    }
    byte[] authMessage =
        String.join(",", clientFirstBare, serverFirst, withoutProof)
            .getBytes(StandardCharsets.UTF_8);
    ScramCredential judged = credential;
    if (judged == null || !judged.accepts(base64(message.substring(proofStart + 3)), authMessage)) {
      throw new ScramRefusal("unknown user or wrong password");
    }
    state = State.AUTHENTICATED;
    String signature = Base64.getEncoder().encodeToString(judged.serverSignature(authMessage));
    return ("v=" + signature).getBytes(StandardCharsets.US_ASCII);
  }

  /** The user name that the client claims; proven once {@link #serverFinal} has returned. */
  public String user() {
    return user;
  }

  /** Whether the client has proven itself. */
  public boolean authenticated() {
    return state == State.AUTHENTICATED;
  }

  private void chooseBinding(String flag) throws ScramRefusal {
    if (plus) {
      if (!flag.startsWith("p=")) {
        throw new ScramRefusal("-PLUS needs the gs2-cbind-flag p=, not " + flag);
      }
      Bytes data = config.bindings().get(flag.substring(2));
      if (data == null) {
        throw new ScramRefusal(
            "channel binding of the type " + flag.substring(2) + " is not on offer");
      }
      bindingData = data.toArray();
    } else if (flag.equals("y") && !config.bindings().isEmpty()) {
      // RFC 5802, section 6: the client believes that this server has no channel binding. It has,
      // so
      // someone between them may have hidden it.
      throw new ScramRefusal("gs2-cbind-flag y, but channel binding is on offer");
    } else if (!flag.equals("n") && !flag.equals("y")) {
      throw new ScramRefusal("gs2-cbind-flag " + flag + " without -PLUS");
    }
  }

  private void refuseOtherAuthorization(String authzid) throws ScramRefusal {
    if (!authzid.isEmpty() && !saslName(value(authzid, 'a')).equals(user)) {
      throw new ScramRefusal("the client asks to act as another user");
    }
  }

  private ScramCredential stranger() {
    byte[] derived =
        config.hash().hmac(config.fakeSaltKey().toArray(), user.getBytes(StandardCharsets.UTF_8));
    byte[] salt = Arrays.copyOf(derived, FAKE_SALT_LENGTH);
    return ScramCredential.unusable(config.hash(), salt, config.fakeIterations());
  }

  private void enter(State expected) {
    if (state != expected) {
      throw new IllegalStateException("The exchange is at " + state + ", not at " + expected);
    }
    state = State.FAILED;
  }

  /** The value of an attribute; {@code m=} stands where another is due and is so refused. */
  private static String value(String attribute, char name) throws ScramRefusal {
    if (attribute.length() < 2 || attribute.charAt(0) != name || attribute.charAt(1) != '=') {
      throw new ScramRefusal("attribute " + name + "= is missing");
    }
    return attribute.substring(2);
  }

  /** Undoes =2C and =3D (RFC 5802, section 5.1); any other use of = is an error. */
  private static String saslName(String escaped) throws ScramRefusal {
    String rest = escaped.replace("=2C", "").replace("=3D", "");
    if (escaped.isEmpty() || rest.indexOf('=') >= 0) {
      throw new ScramRefusal("the user name is empty or badly escaped");
    }
    return escaped.replace("=2C", ",").replace("=3D", "=");
  }

  private static byte[] base64(String text) throws ScramRefusal {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ScramRefusal("an attribute is not base64", e);
    }
  }

  private static String utf8(byte[] message) throws ScramRefusal {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message)).toString();
    } catch (CharacterCodingException e) {
      throw new ScramRefusal("the message is not UTF-8", e);
    }
  }

  private static String randomNonce() {
    return Base64.getEncoder().encodeToString(random(NONCE_LENGTH));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private enum State {
    EXPECTS_CLIENT_FIRST,
    EXPECTS_CLIENT_FINAL,
    AUTHENTICATED,
    FAILED
  }
}
