package io.mooring.demo;

import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.client.parameter.ClientTlsInformation;
import com.hivemq.extension.sdk.api.packets.auth.ModifiableDefaultPermissions;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.services.auth.SecurityRegistry;
import io.mooring.testkit.Bytes;
import io.mooring.testkit.ScramHash;
import io.mooring.testkit.ScramServer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** Decides who comes in, and with which rights. */
final class DemoAuthentication {
  private final Map<String, DemoUser> users;
  private final Map<ScramHash, ScramServer.Config> scram = new EnumMap<>(ScramHash.class);
  private final TopicRules rules;
  private final Login login;

  /** The one way in: HiveMQ keeps one authenticator of each extension, simple or enhanced. */
  enum Login {
    /** By MQTT 5 enhanced authentication. */
    SCRAM,
    /** By MQTT User Name and Password. */
    PASSWORD,
    /** By a client certificate whose common name is the client identifier. */
    CERTIFICATE,
    /** Without proof, with the rights of an operator. */
    ANONYMOUS
  }

  DemoAuthentication(
      Map<String, DemoUser> users, Map<String, Bytes> bindings, TopicRules rules, Login login) {
    this.users = new ConcurrentHashMap<>(users);
    this.rules = rules;
    this.login = login;
    for (ScramHash hash : ScramHash.values()) {
      scram.put(
          hash,
          ScramServer.Config.of(
                  hash,
                  name ->
                      Optional.ofNullable(this.users.get(name))
                          .flatMap(user -> user.credential(hash)))
              .withBindings(bindings));
    }
  }

  /** From the next login on, the user is what is given here. */
  void put(DemoUser user) {
    users.put(user.name(), user);
  }

  /** Takes over the security of the HiveMQ that is starting. */
  void register(SecurityRegistry registry) {
    if (login == Login.SCRAM) {
      registry.setEnhancedAuthenticatorProvider(connection -> new ScramAuthenticator(this));
    } else {
      SimpleAuthenticator simple = this::onConnect;
      registry.setAuthenticatorProvider(connection -> simple);
    }
  }

  /** Begins the exchange of an Authentication Method; empty if the broker does not know it. */
  Optional<ScramServer> begin(String method) {
    for (ScramHash hash : ScramHash.values()) {
      ScramServer.Config config = scram.get(hash);
      if (config != null && method.equals(hash.mechanism())) {
        return Optional.of(config.begin());
      }
      if (config != null && method.equals(hash.mechanism() + "-PLUS")) {
        return Optional.of(config.beginPlus());
      }
    }
    return Optional.empty();
  }

  /** Gives a proven user his permissions; false if the client identifier is not his. */
  boolean admit(String userName, String clientId, ModifiableDefaultPermissions permissions) {
    DemoUser user = users.get(userName);
    if (user == null) {
      return false;
    }
    return switch (user.role()) {
      case OPERATOR -> {
        rules.operator(permissions);
        yield true;
      }
      case DEVICE -> {
        rules.device(clientId, permissions);
        yield clientId.equals(userName);
      }
    };
  }

  private void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
    String clientId = input.getClientInformation().getClientId();
    var permissions = output.getDefaultPermissions();
    var connect = input.getConnectPacket();
    Optional<String> commonName =
        input
            .getConnectionInformation()
            .getClientTlsInformation()
            .flatMap(ClientTlsInformation::getClientCertificate)
            .flatMap(DemoAuthentication::commonName);
    Optional<ConnackReasonCode> refusal =
        switch (login) {
          case SCRAM -> Optional.of(ConnackReasonCode.BAD_AUTHENTICATION_METHOD);
          case PASSWORD -> {
            DemoUser user = users.get(connect.getUserName().orElse(""));
            yield user != null
                    && matches(user, connect.getPassword())
                    && admit(user.name(), clientId, permissions)
                ? Optional.empty()
                : Optional.of(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
          }
          case CERTIFICATE -> {
            rules.device(clientId, permissions);
            yield commonName.filter(clientId::equals).isPresent() && DemoUser.isTopicLevel(clientId)
                ? Optional.empty()
                : Optional.of(ConnackReasonCode.NOT_AUTHORIZED);
          }
          case ANONYMOUS -> {
            rules.operator(permissions);
            yield Optional.empty();
          }
        };
    refusal.ifPresentOrElse(output::failAuthentication, output::authenticateSuccessfully);
  }

  private static boolean matches(DemoUser user, Optional<ByteBuffer> password) {
    if (password.isEmpty()) {
      return false;
    }
    try {
      CharBuffer decoded =
          StandardCharsets.UTF_8.newDecoder().decode(password.get().asReadOnlyBuffer());
      char[] characters = new char[decoded.remaining()];
      decoded.get(characters);
      try {
        return user.matches(characters);
      } finally {
        Arrays.fill(characters, '\0');
      }
    } catch (CharacterCodingException e) {
      // Bytes that are no text are no password of anyone here.
      return false;
    }
  }

  private static Optional<String> commonName(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(rdn -> rdn.getValue().toString())
              .findFirst();
    } catch (InvalidNameException e) {
      // The JDK wrote the name in this very form; a certificate it cannot name has no name here.
      return Optional.empty();
    }
  }
}
