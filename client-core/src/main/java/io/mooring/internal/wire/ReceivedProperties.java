package io.mooring.internal.wire;

import io.mooring.ReasonCode;
import io.mooring.UserProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one received packet, checked (MQTT 5, section 2.2.2): each allowed in its
 * packet, not repeated unless it may be, and within its range. Reused for every packet of a
 * connection.
 */
final class ReceivedProperties {
  private final BodyCursor body;
  private final long[] numbers = new long[Property.NUMBERS];
  private final @Nullable String[] texts = new String[Property.TEXTS];
  private final byte[] @Nullable [] binaries = new byte[Property.BINARIES][];
  private final List<UserProperty> userProperties = new ArrayList<>();
  private final List<Integer> subscriptionIdentifiers = new ArrayList<>();
  private long seen;

  ReceivedProperties(BodyCursor body) {
    this.body = body;
  }

  /**
   * Reads Property Length and properties; returns false if there are none.
   *
   * @param allowed one of the sets in {@link Property}
   */
  boolean read(long allowed) {
    clear();
    int length = body.readVariableByteInteger("Property Length");
    if (length == 0) {
      return false;
    }
    body.need(length, "the property list");
    int packetEnd = body.limit(body.position() + length);
    while (body.remaining() > 0) {
      readOne(allowed);
    }
    body.limit(packetEnd);
    if (has(Property.AUTHENTICATION_DATA) && !has(Property.AUTHENTICATION_METHOD)) {
      throw body.protocolError("Authentication Data without Authentication Method");
    }
    return true;
  }

  /** Forgets all values, so that no packet keeps another's alive. */
  void clear() {
    if (seen != 0) {
      seen = 0;
      Arrays.fill(texts, null);
      Arrays.fill(binaries, null);
      userProperties.clear();
      subscriptionIdentifiers.clear();
    }
  }

  boolean has(Property property) {
    return (seen & property.bit()) != 0;
  }

  long number(Property property, long ifAbsent) {
    return has(property) ? numbers[property.slot()] : ifAbsent;
  }

  boolean flag(Property property, boolean ifAbsent) {
    return has(property) ? numbers[property.slot()] != 0 : ifAbsent;
  }

  @Nullable String text(Property property) {
    return texts[property.slot()];
  }

  byte @Nullable [] binary(Property property) {
    return binaries[property.slot()];
  }

  List<UserProperty> userProperties() {
    return List.copyOf(userProperties);
  }

  List<Integer> subscriptionIdentifiers() {
    return List.copyOf(subscriptionIdentifiers);
  }

  private void readOne(long allowed) {
    int id = body.readVariableByteInteger("Property Identifier");
    Property property = Property.of(id);
    if (property == null) {
      throw body.malformed("Property Identifier " + id + " is not one of the standard's");
    }
    if ((allowed & property.bit()) == 0) {
      throw body.malformed("property " + property + " does not belong there (section 2.2.2.2)");
    }
    if (has(property) && !property.repeats()) {
      throw body.protocolError("property " + property + " came twice");
    }
    seen |= property.bit();
    readValue(property);
  }

  private void readValue(Property property) {
    String what = property.title();
    int at = property.slot();
    switch (property.kind()) {
      case FLAG -> numbers[at] = readFlag(what);
      case TWO_BYTES -> numbers[at] = checked(property, body.readShort(what));
      case FOUR_BYTES -> numbers[at] = checked(property, body.readInt(what));
      case TEXT -> texts[at] = checked(property, body.readText(what));
      case BINARY -> binaries[at] = body.readBinary(what);
      case USER_PROPERTIES ->
          userProperties.add(new UserProperty(body.readText(what), body.readText(what)));
      case SUBSCRIPTION_IDENTIFIERS ->
          subscriptionIdentifiers.add((int) checked(property, body.readVariableByteInteger(what)));
    }
  }

  private int readFlag(String what) {
    int value = body.readByte(what);
    if (value > 1) {
      throw body.protocolError(what + " is " + value + "; 0 and 1 are allowed");
    }
    return value;
  }

  private long checked(Property property, long value) {
    if (value == 0) {
      switch (property) {
        case RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SUBSCRIPTION_IDENTIFIER ->
            throw body.protocolError("property " + property + " is 0; 1 is the least");
        case TOPIC_ALIAS ->
            throw body.violation(
                ReasonCode.TOPIC_ALIAS_INVALID, "property " + property + " is 0; 1 is the least");
        default -> {}
      }
    }
    return value;
  }

  /** A Response Topic is a Topic Name (section 3.3.2.3.5); handlers may publish to it as it is. */
  private String checked(Property property, String value) {
    if (property == Property.RESPONSE_TOPIC) {
      if (value.isEmpty()) {
        throw body.violation(ReasonCode.TOPIC_NAME_INVALID, "the Response Topic is empty");
      }
      if (value.indexOf('+') >= 0 || value.indexOf('#') >= 0) {
        throw body.violation(
            ReasonCode.TOPIC_NAME_INVALID,
            "the Response Topic " + Violations.quote(value) + " holds a wildcard");
      }
    }
    return value;
  }
}
