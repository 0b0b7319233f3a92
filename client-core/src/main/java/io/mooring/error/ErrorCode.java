package io.mooring.error;

/**
 * The stable code of an error, such as {@code MOOR-TLS-016}: for logs, dashboards, support and
 * translation. A code keeps its meaning for ever; one that is given up is never used again. What
 * each means, how to check it and how to fix it stands in docs/ERRORS.md.
 *
 * <p>New codes may come with any version: a {@code switch} over them needs a {@code default}.
 */
public enum ErrorCode {
  // DNS: names
  /** The broker's host name has no address, as far as DNS on this device says. */
  NAME_NOT_RESOLVED("MOOR-DNS-001"),
  /** DNS gave no answer before the deadline of the attempt. */
  NAME_LOOKUP_TIMED_OUT("MOOR-DNS-002"),

  // NET: TCP and the link
  /** The network failed in a way that has no code of its own. */
  NETWORK("MOOR-NET-001"),
  /** The host answered that nothing listens on the port. */
  CONNECTION_REFUSED("MOOR-NET-002"),
  /** There is no route to the host. */
  NO_ROUTE("MOOR-NET-003"),
  /** No address of the host answered TCP before the deadline. */
  TCP_TIMED_OUT("MOOR-NET-004"),
  /** The connection was cut without an end that TLS vouches for. */
  CONNECTION_CUT("MOOR-NET-005"),
  /** The broker ended TLS in order, without an MQTT DISCONNECT. */
  CLOSED_BY_PEER("MOOR-NET-006"),
  /** The broker fell silent: a ping was not answered in time. */
  KEEP_ALIVE_EXPIRED("MOOR-NET-007"),
  /** This client ended the connection itself. */
  ENDED_BY_CLIENT("MOOR-NET-008"),
  /** The connection was ended since its session could not be written to disk. */
  STATE_NOT_STORED("MOOR-NET-009"),
  /** A server did not finish a step of an exchange in time. */
  BROKER_TOO_SLOW("MOOR-NET-010"),

  // PROXY: the HTTP proxy on the way
  /** The HTTP proxy cannot be reached. */
  PROXY_UNREACHABLE("MOOR-PROXY-001"),
  /** The HTTP proxy wants a login, or another one (407). */
  PROXY_AUTHENTICATION("MOOR-PROXY-002"),
  /** The HTTP proxy does not let this device through to the broker. */
  PROXY_REFUSED("MOOR-PROXY-003"),
  /** The HTTP proxy did not reach the broker (502, 503, 504). */
  PROXY_CANNOT_REACH_BROKER("MOOR-PROXY-004"),
  /** What listens at the proxy's address is no HTTP proxy. */
  NOT_A_PROXY("MOOR-PROXY-005"),
  /** The HTTP proxy hung up before the tunnel stood. */
  PROXY_HUNG_UP("MOOR-PROXY-006"),
  /** The HTTP proxy did not open the tunnel before the deadline. */
  PROXY_TIMED_OUT("MOOR-PROXY-007"),

  // TLS: TLS and the broker's identity
  /** TLS failed in a way that has no code of its own. */
  TLS("MOOR-TLS-001"),
  /** What listens on the port answered in something that is not TLS. */
  NOT_TLS("MOOR-TLS-002"),
  /** What listens on the port hung up at the first bytes of TLS. */
  CLOSED_BEFORE_TLS("MOOR-TLS-003"),
  /** The broker hung up in the middle of the TLS handshake. */
  CLOSED_DURING_HANDSHAKE("MOOR-TLS-004"),
  /** The TLS handshake did not end before the deadline. */
  HANDSHAKE_TIMED_OUT("MOOR-TLS-005"),
  /** Broker and device share no version of TLS. */
  TLS_VERSION("MOOR-TLS-006"),
  /** Broker and device share no cipher suite, group or signature algorithm. */
  NO_COMMON_SUITE("MOOR-TLS-007"),
  /** The broker serves no certificate for this host name (SNI). */
  NAME_NOT_SERVED("MOOR-TLS-008"),
  /** The broker takes none of the ALPN protocols offered. */
  NO_COMMON_ALPN("MOOR-TLS-009"),
  /** The broker ended TLS with an alert that has no code of its own. */
  ALERT_RECEIVED("MOOR-TLS-010"),
  /** The broker broke the rules of TLS. */
  TLS_RULES_BROKEN("MOOR-TLS-011"),
  /** A TLS record was altered, damaged, or is none. */
  RECORD_DAMAGED("MOOR-TLS-012"),
  /** The broker did not prove that it holds the key of its certificate. */
  SERVER_KEY_WRONG("MOOR-TLS-013"),
  /** A certificate that the broker sent cannot be read. */
  CERTIFICATE_UNREADABLE("MOOR-TLS-014"),
  /** No path leads from the broker's certificate to a trusted authority. */
  UNKNOWN_AUTHORITY("MOOR-TLS-015"),
  /** A certificate on the broker's path has expired. */
  CERTIFICATE_EXPIRED("MOOR-TLS-016"),
  /** A certificate on the broker's path is not valid yet, by a plausible clock. */
  CERTIFICATE_NOT_YET_VALID("MOOR-TLS-017"),
  /** This device's clock stands before the SDK was built. */
  CLOCK_NOT_SET("MOOR-TLS-018"),
  /** The broker's certificate is not meant for a TLS server. */
  CERTIFICATE_WRONG_USAGE("MOOR-TLS-019"),
  /** A key or signature on the broker's path is too weak. */
  CERTIFICATE_WEAK("MOOR-TLS-020"),
  /** The broker's path leads to a trusted authority and breaks a rule of PKIX. */
  CERTIFICATE_PATH_INVALID("MOOR-TLS-021"),
  /** The trust store of the Java platform cannot be used. */
  PLATFORM_AUTHORITIES("MOOR-TLS-022"),
  /** The broker's certificate is for other hosts. */
  HOST_NAME_MISMATCH("MOOR-TLS-023"),
  /** None of the configured pins is on the broker's path. */
  PIN_MISMATCH("MOOR-TLS-024"),
  /** The broker wants a client certificate, and this device has none. */
  CLIENT_CERTIFICATE_REQUIRED("MOOR-TLS-025"),
  /** The broker refused this device's certificate. */
  CLIENT_CERTIFICATE_REFUSED("MOOR-TLS-026"),
  /** The broker does not know the issuer of this device's certificate. */
  CLIENT_CERTIFICATE_UNKNOWN_CA("MOOR-TLS-027"),
  /** This device's certificate is outside its dates, by the broker's clock. */
  CLIENT_CERTIFICATE_EXPIRED("MOOR-TLS-028"),
  /** This device's certificate is revoked. */
  CLIENT_CERTIFICATE_REVOKED("MOOR-TLS-029"),
  /** This device's signature does not verify with its certificate. */
  CLIENT_CERTIFICATE_KEY_WRONG("MOOR-TLS-030"),
  /** The broker accepts no signature that this device's key can make. */
  CLIENT_KEY_UNSUITABLE("MOOR-TLS-031"),
  /** The TLS connection has no channel binding of the kind configured. */
  CHANNEL_BINDING_UNAVAILABLE("MOOR-TLS-032"),
  /** The broker's certificate is revoked, by the OCSP response that the broker itself sent. */
  CERTIFICATE_REVOKED("MOOR-TLS-033"),
  /** A good OCSP response is required of the broker, and it sent none. */
  STAPLE_MISSING("MOOR-TLS-034"),
  /**
   * A good OCSP response is required of the broker, and the one that it sent vouches for nothing.
   */
  STAPLE_NOT_GOOD("MOOR-TLS-035"),

  // AUTH: authentication, both ways
  /** A credential of this device cannot be used. */
  CREDENTIAL("MOOR-AUTH-001"),
  /** The broker does not let this device connect (0x87). */
  NOT_AUTHORIZED("MOOR-AUTH-002"),
  /** The broker refused user name or password (0x86). */
  BAD_USER_NAME_OR_PASSWORD("MOOR-AUTH-003"),
  /** The broker does not know the Authentication Method (0x8C). */
  BAD_AUTHENTICATION_METHOD("MOOR-AUTH-004"),
  /** The broker's operator has banned this device (0x8A). */
  BANNED("MOOR-AUTH-005"),
  /** The broker did not prove that it knows this device's credential. */
  SERVER_PROOF("MOOR-AUTH-006"),
  /** The broker accepted the connection without proving itself. */
  SERVER_SKIPPED_PROOF("MOOR-AUTH-007"),
  /** The broker's SCRAM signature is wrong. */
  SERVER_SIGNATURE_WRONG("MOOR-AUTH-008"),
  /** The broker asks for fewer PBKDF2 iterations than the floor. */
  ITERATIONS_TOO_LOW("MOOR-AUTH-009"),
  /** The broker asks for more PBKDF2 iterations than the limit. */
  ITERATIONS_TOO_HIGH("MOOR-AUTH-010"),
  /** A SCRAM message of the broker breaks RFC 5802. */
  SCRAM_MALFORMED("MOOR-AUTH-011"),
  /** The broker ended SCRAM with an error of its own (e=). */
  SCRAM_SERVER_ERROR("MOOR-AUTH-012"),
  /** The stored SCRAM keys are for another salt or iteration count. */
  STORED_KEYS_OUTDATED("MOOR-AUTH-013"),
  /** SASLprep refuses a user name or password. */
  TEXT_NOT_PREPARED("MOOR-AUTH-014"),
  /** The credential was destroyed before it was used. */
  CREDENTIAL_DESTROYED("MOOR-AUTH-015"),
  /** The broker did not answer re-authentication in time. */
  REAUTHENTICATION_TIMED_OUT("MOOR-AUTH-016"),

  // MQTT: the MQTT connection
  /** The broker broke the MQTT 5 protocol. */
  PROTOCOL_VIOLATION("MOOR-MQTT-001"),
  /** TLS stands, and the broker did not answer CONNECT before the deadline. */
  NO_CONNACK("MOOR-MQTT-002"),
  /** The broker does not speak MQTT 5 (0x84). */
  MQTT_VERSION("MOOR-MQTT-003"),
  /** The broker does not accept the Client Identifier (0x85). */
  CLIENT_IDENTIFIER("MOOR-MQTT-004"),
  /** The broker cannot take the connection now: busy, full, shutting down. */
  BROKER_BUSY("MOOR-MQTT-005"),
  /** The broker sends this device to another server (0x9C, 0x9D). */
  OTHER_SERVER("MOOR-MQTT-006"),
  /** The broker does not take what CONNECT carries: its size or its Will. */
  CONNECT_NOT_ACCEPTED("MOOR-MQTT-007"),
  /** The broker refused the connection for a reason that has no code of its own. */
  CONNECTION_REFUSED_BY_BROKER("MOOR-MQTT-008"),
  /** Another connection uses the same Client Identifier (0x8E). */
  SESSION_TAKEN_OVER("MOOR-MQTT-009"),
  /** The broker ended the connection with a DISCONNECT. */
  DISCONNECTED_BY_BROKER("MOOR-MQTT-010"),

  // PUB: messages out
  /** A message was not delivered. */
  PUBLISH("MOOR-PUB-001"),
  /** The broker does not let this device publish to the topic (0x87). */
  PUBLISH_NOT_PERMITTED("MOOR-PUB-002"),
  /** The broker refused a message. */
  PUBLISH_REFUSED("MOOR-PUB-003"),
  /** This device's own topic policy does not allow the topic. */
  PUBLISH_NOT_ALLOWED("MOOR-PUB-004"),
  /** The queue of accepted messages is full. */
  QUEUE_FULL("MOOR-PUB-005"),
  /** A message was dropped since the outbox is full. */
  MESSAGE_DROPPED("MOOR-PUB-006"),
  /** A message waited longer than its expiry. */
  MESSAGE_EXPIRED("MOOR-PUB-007"),
  /** A message is larger than the broker's Maximum Packet Size. */
  MESSAGE_TOO_LARGE("MOOR-PUB-008"),
  /** A message needs a QoS or retain, which the broker does not offer. */
  NOT_OFFERED_BY_BROKER("MOOR-PUB-009"),
  /** An accepted message has become unreadable on disk. */
  STORED_MESSAGE_LOST("MOOR-PUB-010"),

  // SUB: subscriptions
  /** A subscription, or its removal, was not carried out. */
  SUBSCRIBE("MOOR-SUB-001"),
  /** The broker does not let this device subscribe to the filter (0x87). */
  SUBSCRIBE_NOT_PERMITTED("MOOR-SUB-002"),
  /** The broker refused a subscription, or its removal. */
  SUBSCRIBE_REFUSED("MOOR-SUB-003"),
  /** This device's own topic policy does not allow the filter. */
  SUBSCRIBE_NOT_ALLOWED("MOOR-SUB-004"),
  /** The filter takes in the topics of every device. */
  SUBSCRIPTION_TOO_WIDE("MOOR-SUB-005"),
  /** The broker does not offer wildcards, shared subscriptions or identifiers. */
  SUBSCRIPTION_NOT_OFFERED("MOOR-SUB-006"),

  // KEY: keystores, keys and secret files
  /** A keystore, key or secret file cannot be used. */
  KEY_FILE("MOOR-KEY-001"),
  /** A keystore, key or secret file does not exist. */
  KEY_FILE_MISSING("MOOR-KEY-002"),
  /** A file cannot be read or written by this user. */
  KEY_FILE_NO_ACCESS("MOOR-KEY-003"),
  /** A secret file is open to group or others. */
  KEY_FILE_TOO_OPEN("MOOR-KEY-004"),
  /** The path is a folder, a link or a device. */
  KEY_FILE_NOT_A_FILE("MOOR-KEY-005"),
  /** The file is empty. */
  KEY_FILE_EMPTY("MOOR-KEY-006"),
  /** The file is larger than such a file can be. */
  KEY_FILE_TOO_LARGE("MOOR-KEY-007"),
  /** The file is of another format. */
  KEY_FILE_WRONG_FORMAT("MOOR-KEY-008"),
  /** The file ends too early. */
  KEY_FILE_TRUNCATED("MOOR-KEY-009"),
  /** The file contradicts itself or its format. */
  KEY_FILE_DAMAGED("MOOR-KEY-010"),
  /** A PKCS#12 file has no MAC. */
  KEYSTORE_NO_MAC("MOOR-KEY-011"),
  /** The password does not open the file. */
  WRONG_PASSWORD("MOOR-KEY-012"),
  /** The key is encrypted and no password was given. */
  KEY_PASSWORD_NEEDED("MOOR-KEY-013"),
  /** There is no entry of that name. */
  NO_SUCH_ALIAS("MOOR-KEY-014"),
  /** There is no private key. */
  NO_PRIVATE_KEY("MOOR-KEY-015"),
  /** There is no certificate for the key. */
  NO_CERTIFICATE("MOOR-KEY-016"),
  /** There are no SCRAM keys. */
  NO_SCRAM_KEYS("MOOR-KEY-017"),
  /** There is no key for the outbox. */
  NO_OUTBOX_KEY("MOOR-KEY-018"),
  /** Several entries fit, and none is named. */
  SEVERAL_ENTRIES("MOOR-KEY-019"),
  /** Key and certificate do not belong together. */
  KEY_MISMATCH("MOOR-KEY-020"),
  /** An algorithm, curve or key size is not supported. */
  KEY_UNSUPPORTED("MOOR-KEY-021"),
  /** The keystore was closed, and its keys with it. */
  KEYSTORE_CLOSED("MOOR-KEY-022"),
  /** The file exists and is not overwritten. */
  KEY_FILE_EXISTS("MOOR-KEY-023"),
  /** Somebody else saved the keystore meanwhile. */
  KEYSTORE_CHANGED("MOOR-KEY-024"),
  /** Somebody else is saving the keystore now. */
  KEYSTORE_BUSY("MOOR-KEY-025"),
  /** The file could not be written for certain. */
  KEY_FILE_NOT_WRITTEN("MOOR-KEY-026"),
  /** Derived keys were destroyed before they were used. */
  KEYS_DESTROYED("MOOR-KEY-027"),

  // PIN: signed pin sets
  /** The pin set is not in the one encoding that its format allows. */
  PIN_SET_MALFORMED("MOOR-PIN-001"),
  /** The signature of the pin set does not verify. */
  PIN_SET_SIGNATURE_WRONG("MOOR-PIN-002"),
  /** The pin set is signed by a key that this device does not trust for it. */
  PIN_SET_UNKNOWN_SIGNER("MOOR-PIN-003"),
  /** The pin set is for another broker. */
  PIN_SET_OTHER_HOST("MOOR-PIN-004"),
  /** The pin set is not valid yet, by this device's clock. */
  PIN_SET_NOT_YET_VALID("MOOR-PIN-005"),
  /** The pin set can no longer be accepted, by this device's clock. */
  PIN_SET_EXPIRED("MOOR-PIN-006"),
  /** The pin set is older than one accepted before. */
  PIN_SET_ROLLED_BACK("MOOR-PIN-007"),
  /** There is no staged pin set. */
  PIN_SET_NONE_STAGED("MOOR-PIN-008"),
  /** There are no previous pins to go back to. */
  PIN_SET_NO_PREVIOUS("MOOR-PIN-009"),
  /** The live broker's key is none of the set's pins. */
  PIN_SET_NOT_MATCHED("MOOR-PIN-010"),

  // TOK: PKCS#11 tokens
  /** The PKCS#11 library cannot be loaded. */
  TOKEN_LIBRARY("MOOR-TOK-001"),
  /** The token is in no slot. */
  TOKEN_MISSING("MOOR-TOK-002"),
  /** Several tokens or objects fit. */
  TOKEN_AMBIGUOUS("MOOR-TOK-003"),
  /** The token's PIN has no source. */
  PIN_NEEDED("MOOR-TOK-004"),
  /** The token refused the PIN. */
  PIN_INCORRECT("MOOR-TOK-005"),
  /** The token is locked after too many wrong PINs. */
  PIN_LOCKED("MOOR-TOK-006"),
  /** The token has no user PIN that works. */
  PIN_UNUSABLE("MOOR-TOK-007"),
  /** The token holds no object of that name. */
  TOKEN_NO_SUCH_OBJECT("MOOR-TOK-008"),
  /** The token holds an object of that name already. */
  TOKEN_OBJECT_EXISTS("MOOR-TOK-009"),
  /** The key in the token may not do this. */
  TOKEN_NOT_PERMITTED("MOOR-TOK-010"),
  /** The token lacks a mechanism, curve or key size. */
  TOKEN_UNSUPPORTED("MOOR-TOK-011"),
  /** Key and certificate in the token do not belong together. */
  TOKEN_KEY_MISMATCH("MOOR-TOK-012"),
  /** The token holds a key and no certificate for it. */
  TOKEN_NO_CERTIFICATE("MOOR-TOK-013"),
  /** What the token holds contradicts itself. */
  TOKEN_DAMAGED("MOOR-TOK-014"),
  /** The token takes no change. */
  TOKEN_READ_ONLY("MOOR-TOK-015"),
  /** The token has no room left. */
  TOKEN_FULL("MOOR-TOK-016"),
  /** The token was taken away or does not answer. */
  TOKEN_GONE("MOOR-TOK-017"),
  /** The token refused for a reason of its own. */
  TOKEN_FAILED("MOOR-TOK-018"),
  /** The token was closed by this program. */
  TOKEN_CLOSED("MOOR-TOK-019"),

  // OUT: the outbox on disk
  /** The outbox folder does not serve. */
  OUTBOX_FOLDER("MOOR-OUT-001"),
  /** Somebody else has the outbox open. */
  OUTBOX_LOCKED("MOOR-OUT-002"),
  /** There is no space left for the outbox. */
  DISK_FULL("MOOR-OUT-003"),
  /** The outbox's file system is read-only. */
  DISK_READ_ONLY("MOOR-OUT-004"),
  /** The disk failed to read, write or flush. */
  DISK_IO("MOOR-OUT-005"),
  /** The outbox is encrypted under another key. */
  OUTBOX_WRONG_KEY("MOOR-OUT-006"),
  /** The outbox's key refuses to work. */
  OUTBOX_KEY_UNAVAILABLE("MOOR-OUT-007"),
  /** The outbox holds QoS 2 messages of another Client Identifier. */
  OUTBOX_OTHER_CLIENT("MOOR-OUT-008"),
  /** A later version of Mooring wrote the outbox. */
  OUTBOX_NEWER_FORMAT("MOOR-OUT-009"),
  /** The outbox holds records that are damaged. */
  OUTBOX_DAMAGED("MOOR-OUT-010"),

  // ENR: certificates by request and by EST
  /** The EST server refused the request. */
  ENROLMENT_REFUSED("MOOR-ENR-001"),
  /** The EST server waits for an approval. */
  ENROLMENT_PENDING("MOOR-ENR-002"),
  /** The EST server has a fault or is busy. */
  ENROLMENT_UNAVAILABLE("MOOR-ENR-003"),
  /** The EST server sends the device to another place. */
  ENROLMENT_REDIRECTED("MOOR-ENR-004"),
  /** The EST server's answer breaks HTTP, RFC 7030 or PKCS#7. */
  ENROLMENT_PROTOCOL("MOOR-ENR-005"),
  /** What should hold certificates does not. */
  ENROLMENT_UNREADABLE("MOOR-ENR-006"),
  /** The request cannot be bound to the connection as the server wants. */
  ENROLMENT_NO_CHANNEL_BINDING("MOOR-ENR-007"),
  /** The certificate is for another key. */
  ISSUED_FOR_OTHER_KEY("MOOR-ENR-008"),
  /** The certificate is outside its dates. */
  ISSUED_NOT_VALID("MOOR-ENR-009"),
  /** The certificate is not meant for a TLS client. */
  ISSUED_FOR_OTHER_USE("MOOR-ENR-010"),
  /** A certificate between the device's own and its authority is missing. */
  ISSUED_CHAIN_INCOMPLETE("MOOR-ENR-011"),
  /** There is no identity or pending key to work on. */
  NOT_ENROLLED("MOOR-ENR-012"),
  /** A rotation could not be carried through. */
  ROTATION("MOOR-ENR-013"),

  // AUDIT: listening sockets
  /** This process listens on a socket. */
  LISTENING_SOCKET("MOOR-AUDIT-001"),
  /** Whether this process listens cannot be told. */
  AUDIT_UNAVAILABLE("MOOR-AUDIT-002"),

  // CLIENT: the client itself
  /** The client was closed while the operation waited. */
  CLIENT_CLOSED("MOOR-CLIENT-001"),
  /** A fault inside Mooring. */
  INTERNAL_FAULT("MOOR-CLIENT-002"),
  /** The caller's own time ran out; the operation may go on. */
  WAIT_TIMED_OUT("MOOR-CLIENT-003"),
  /** The waiting thread was interrupted. */
  INTERRUPTED("MOOR-CLIENT-004"),

  // WARN: what mooring doctor warns of
  /** The broker's host takes MQTT in the clear. */
  PLAINTEXT_PORT_OPEN("MOOR-WARN-001"),
  /** The broker takes a client without any credential. */
  ANONYMOUS_ALLOWED("MOOR-WARN-002"),
  /** The broker grants this device the subscription to everything. */
  WILDCARD_GRANTED("MOOR-WARN-003"),
  /** The broker lets this device read another client's topics. */
  OTHER_SUBTREE_READABLE("MOOR-WARN-004"),
  /** The broker's SCRAM iteration count is low for a password. */
  ITERATIONS_LOW("MOOR-WARN-005"),
  /** A certificate on the broker's path ends soon. */
  BROKER_CERTIFICATE_ENDS_SOON("MOOR-WARN-006"),
  /** This device's certificate ends soon. */
  DEVICE_CERTIFICATE_ENDS_SOON("MOOR-WARN-007"),
  /** Only one pin is configured that matches, and no other stands by. */
  SINGLE_PIN("MOOR-WARN-008"),
  /** No pin is configured: any trusted authority can vouch for another broker. */
  NO_PIN("MOOR-WARN-009"),
  /** A proxy is configured in the environment, and MQTT does not go through it. */
  PROXY_CONFIGURED("MOOR-WARN-010"),
  /** The name has addresses of a family that does not answer. */
  ADDRESS_FAMILY_UNREACHABLE("MOOR-WARN-011"),
  /** The broker does not offer a part of MQTT 5. */
  FEATURE_NOT_OFFERED("MOOR-WARN-012"),
  /** The outbox is nearly full. */
  OUTBOX_NEARLY_FULL("MOOR-WARN-013"),
  /** The broker's stapled OCSP response does not vouch for its certificate. */
  REVOCATION_STAPLE("MOOR-WARN-014");

  private final String id;

  ErrorCode(String id) {
    this.id = id;
  }

  /** {@code MOOR-<AREA>-<three digits>}: what the program shows and the page lists. */
  public String id() {
    return id;
  }

  /** The same as {@link #id()}. */
  @Override
  public String toString() {
    return id;
  }
}
