package io.mooring.demo;

import com.hivemq.extension.sdk.api.auth.EnhancedAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.EnhancedAuthConnectInput;
import com.hivemq.extension.sdk.api.auth.parameter.EnhancedAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.EnhancedAuthOutput;
import com.hivemq.extension.sdk.api.packets.general.DisconnectedReasonCode;
import io.mooring.testkit.ScramRefusal;
import io.mooring.testkit.ScramServer;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SCRAM over MQTT 5 enhanced authentication (MQTT 5, 4.12) on one connection: CONNECT with
 * client-first, AUTH 0x18 with server-first, AUTH 0x18 with client-final, CONNACK with
 * server-final. Re-authentication runs the same exchange and must end at the same user.
 */
final class ScramAuthenticator implements EnhancedAuthenticator {
  private static final Logger LOG = LoggerFactory.getLogger(ScramAuthenticator.class);
  private static final byte[] NOTHING = {};

  private final DemoAuthentication authentication;
  private @Nullable ScramServer exchange;
  private @Nullable String authenticatedUser;

  ScramAuthenticator(DemoAuthentication authentication) {
    this.authentication = authentication;
  }

  @Override
  public void onConnect(EnhancedAuthConnectInput input, EnhancedAuthOutput output) {
    var connect = input.getConnectPacket();
    begin(
        connect.getAuthenticationMethod().orElse(""),
        connect.getAuthenticationData().map(ScramAuthenticator::bytes).orElse(NOTHING),
        output);
  }

  @Override
  public void onReAuth(EnhancedAuthInput input, EnhancedAuthOutput output) {
    var auth = input.getAuthPacket();
    begin(
        auth.getAuthenticationMethod(),
        auth.getAuthenticationDataAsArray().orElse(NOTHING),
        output);
  }

  @Override
  public void onAuth(EnhancedAuthInput input, EnhancedAuthOutput output) {
    ScramServer current = exchange;
    exchange = null;
    if (current == null) {
      refuse(output, "AUTH came without an exchange under way");
      return;
    }
    byte[] clientFinal = input.getAuthPacket().getAuthenticationDataAsArray().orElse(NOTHING);
    String clientId = input.getClientInformation().getClientId();
    try {
      byte[] serverFinal = current.serverFinal(clientFinal);
      if (!admit(current.user(), clientId, input.isReAuthentication(), output)) {
        refuse(output, "the user may not use this client identifier, or is not the one before");
        return;
      }
      authenticatedUser = current.user();
      output.authenticateSuccessfully(serverFinal);
    } catch (ScramRefusal e) {
      refuse(output, e.getMessage());
    }
  }

  private void begin(String method, byte[] clientFirst, EnhancedAuthOutput output) {
    Optional<ScramServer> begun = authentication.begin(method);
    if (begun.isEmpty()) {
      output.failAuthentication(DisconnectedReasonCode.BAD_AUTHENTICATION_METHOD);
      return;
    }
    try {
      byte[] serverFirst = begun.get().serverFirst(clientFirst);
      exchange = begun.get();
      output.continueAuthentication(serverFirst);
    } catch (ScramRefusal e) {
      refuse(output, e.getMessage());
    }
  }

  /** Permissions live as long as the connection, so a re-authentication leaves them alone. */
  private boolean admit(
      String user, String clientId, boolean reAuthentication, EnhancedAuthOutput output) {
    return reAuthentication
        ? user.equals(authenticatedUser)
        : authentication.admit(user, clientId, output.getDefaultPermissions());
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** The client learns the reason code only: why is for the broker's own log. */
  private static void refuse(EnhancedAuthOutput output, @Nullable String why) {
    LOG.info("SCRAM refused: {}", why);
    output.failAuthentication(DisconnectedReasonCode.NOT_AUTHORIZED);
  }
}
